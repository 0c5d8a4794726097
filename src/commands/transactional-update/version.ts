/** Of transactional-update and tukit, which come from one source. */
export const VERSION = "6.1.3";
