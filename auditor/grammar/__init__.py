"""Grammar: LanguageTool, run and supervised by us; `install`, `server`, `client` and `cache` are the parts."""
