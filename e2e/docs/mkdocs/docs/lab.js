import("SCRIPT");
