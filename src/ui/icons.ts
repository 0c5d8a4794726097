/** Paths of the icons, on a field of 16 by 16. */
export const ICONS = {
  undo: "M3 6.5h6.5a3.5 3.5 0 0 1 0 7H6M5.5 3.5 2.5 6.5l3 3",
  redo: "M13 6.5H6.5a3.5 3.5 0 0 0 0 7H10M10.5 3.5l3 3-3 3",
  reboot: "M13 8a5 5 0 1 1-1.6-3.67M13 2.5v3h-3",
  plug: "M5.5 2v3.5M10.5 2v3.5M3.5 5.5h9v2a4.5 4.5 0 0 1-9 0zM8 12v2.5",
  trouble: "M8 2 1.75 13.5h12.5zM8 6.5v3.5M8 11.75h.01",
  power: "M8 2v5.5M11.5 4.3a5 5 0 1 1-7 0",
  reset: "M3 3.5h10M5.5 3.5v-1.5h5v1.5M4.5 3.5l.6 10h5.8l.6-10",
  display: "M8 3a5 5 0 1 0 0 10zM8 1v0M8 3a5 5 0 0 1 0 10",
  share: "M8 10V2M5 4.5 8 1.5l3 3M3 8.5v5h10v-5",
  more: "M3.5 8h.01M8 8h.01M12.5 8h.01",
  down: "M4.5 6.5 8 10l3.5-3.5",
  sealed: "M4 7.5h8v5.5H4zM5.5 7.5V5.5a2.5 2.5 0 0 1 5 0v2",
  deployment: "M8 2.5l5.5 2.75L8 8 2.5 5.25zM2.5 8 8 10.75 13.5 8M2.5 10.75 8 13.5l5.5-2.75",
  machine:
    "M2.5 4.5c0-1.1 2.46-2 5.5-2s5.5.9 5.5 2-2.46 2-5.5 2-5.5-.9-5.5-2zM2.5 4.5v7c0 1.1 2.46 2 5.5 2s5.5-.9 5.5-2v-7M2.5 8c0 1.1 2.46 2 5.5 2s5.5-.9 5.5-2",
  boot: "M9 1.5 3.5 9h4L7 14.5 12.5 7h-4z",
  pin: "M6 2.5h4M6.5 2.5v4.5L4.5 9.5h7L9.5 7V2.5M8 9.5v4",
  next: "M2.5 8h10M9 4.5 12.5 8 9 11.5",
  bounce: "M2.5 3.5 8 11l5.5-7.5M2 13.5h12",
  back: "M13.5 8h-10M7 4.5 3.5 8 7 11.5",
  close: "M4 4l8 8M12 4l-8 8",
  plus: "M8 3v10M3 8h10",
  check: "M3 8.5 6.5 12 13 4.5",
} as const;

export type IconName = keyof typeof ICONS;
