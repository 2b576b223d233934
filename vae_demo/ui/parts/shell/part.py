"""Settings of the browser page: its language, the menu, the history and the connection."""

from vae_demo.ui.frame.language import catalogue, t
from vae_demo.ui.parts.mount import browser_part
from vae_demo.ui.server.cookie import LANGUAGE

_SHELL = browser_part("shell")

# Streamlit's own labels; their English texts are what Streamlit writes. "{name}" is any word.
STREAMLIT_TEXTS = (
    *("app_pages", "sidebar", "main_menu", "expand_sidebar", "collapse_sidebar"),
    *("skip_to_main_content", "stop_script", "running", "help", "help_for"),
    *("close", "open", "dismiss", "copy_to_clipboard", "fullscreen", "close_fullscreen"),
    *("view_more", "view_less"),
    *("choose_an_option", "clear_value", "clear_all", "selected_values", "remove"),
    *("select_all", "select_matches", "no_results"),
    *("add_files", "file_upload", "upload", "drag_and_drop_a_file_here", "mb_per_file"),
    *("cancel_upload", "upload_failed", "file_type", "file_size"),
    *("columns", "download_as_csv", "search", "close_search", "previous_result", "next_result"),
    *("column_menu", "sort_ascending", "sort_descending", "format", "autosize"),
    *("pin_column", "unpin_column", "hide_column", "copy_column_name", "statistics"),
)


def shell(language: str, *, chosen: bool, lost: str) -> None:
    """Set the language of the HTML document, which screen readers and translators use.

    If the visitor has `chosen` it, a cookie keeps it for their next visit.

    It also closes the menu in a narrow window when a page is chosen, and lets state changes replace
    the address instead of adding to the history, so that Back leads to the previous page. The text
    `lost` is shown while the server can't be reached. Streamlit's own elements, which it names in
    English, get names in the language.
    """
    cookie = LANGUAGE if chosen else ""
    english = catalogue("en")
    names = {
        english[f"streamlit.{name}"]: t(f"streamlit.{name}", name="{name}")
        for name in STREAMLIT_TEXTS
    }
    data = {"language": language, "cookie": cookie, "lost": lost, "names": names}
    _SHELL(key="shell", data=data)
