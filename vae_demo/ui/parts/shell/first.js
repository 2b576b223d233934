// Runs before Streamlit's own modules, which may write to the address as soon as the page has opened:
// the server names it in Streamlit's page (`vae_demo/ui/server/page_html.py`).
import { oneStepForEachPage } from "./history.js";

oneStepForEachPage();
