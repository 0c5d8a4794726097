/** The unit of "page to prompt": the least that any page with a terminal must do. */
import { Terminal } from "@xterm/xterm";
import "@xterm/xterm/css/xterm.css";

const element = document.getElementById("page");
const terminal = new Terminal();
if (element !== null) terminal.open(element);
terminal.write("[learner@silverblue ~]$ ");
