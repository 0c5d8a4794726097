project = "A handbook"
extensions = ["immutable_lab"]
immutable_lab_script = "SCRIPT"
html_theme = "basic"
