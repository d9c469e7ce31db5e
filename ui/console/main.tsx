import { render } from "preact";
import "../shared/tokens.css";
import "./style/base.css";
import "./style/controls.css";
import "./style/shell.css";
import "./style/list.css";
import "./style/conversation.css";
import "./style/log.css";
import "./style/brief.css";
import { App } from "./app";
import { followLinks } from "./kit/router";
import { applyTheme } from "./shell/theme";

applyTheme();
const root = document.getElementById("app")!;
followLinks(root);
render(<App />, root);
