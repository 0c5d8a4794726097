"""Immutable Lab in documentation made with Python: a Sphinx extension and a fence for MkDocs.

Sphinx, in conf.py (this file on sys.path):
    extensions = ["immutable_lab"]
    immutable_lab_script = "https://HOST/immutable-lab.js"

MkDocs, in mkdocs.yml (this file on PYTHONPATH):
    markdown_extensions:
      - pymdownx.superfences:
          custom_fences:
            - name: console
              class: immutable-lab
              validator: !!python/name:immutable_lab.validator
              format: !!python/name:immutable_lab.fence
    extra_javascript: ["https://HOST/immutable-lab.js"]
"""
import html
import re

try:
    from docutils import nodes
    from docutils.parsers.rst import Directive
except ImportError:  # MkDocs has none of it.
    nodes = None

WHOLE_PROMPT = re.compile(
    r"(?:[^\w\s] ?)?(?:\[[\w.-]+@[\w.-]+ [^\]\s]+\][$#]|[\w.-]+@[\w.-]+:[^\s$#>]*[$#>]|[\w.-]+:[^\s$#>]+ #)(?: |$)",
    re.ASCII,
)
BARE_PROMPT = {sign: re.compile(re.escape(sign) + r"(?: |$)") for sign in "$#"}


def typed(text):
    """The commands of a console block, and whether they are root's."""
    lines = text.removesuffix("\n").split("\n")
    sign = lines[0][:1]
    prompt = BARE_PROMPT[sign] if sign in BARE_PROMPT and BARE_PROMPT[sign].match(lines[0]) else WHOLE_PROMPT
    if not prompt.match(lines[0]):
        return [], False
    commands, goes_on = [], False
    for line in lines:
        found = prompt.match(line)
        if found:
            commands.append(line[found.end():])
        elif goes_on and re.match(r">( |$)", line):
            commands[-1] += "\n" + line[2:]
            continue
        goes_on = bool(found)
    return commands, prompt is BARE_PROMPT["#"]


def tag(machine, options, text, fallback):
    """The element that stands in a page for a lab, with what is shown to who has no script."""
    commands, is_roots = typed(text)
    commands = [command for command in commands if command]
    if is_roots:
        commands = ["sudo -i", *commands, "exit"]
    if options.get("run"):
        commands.insert(0, options["run"])
    attributes = {"machine": machine, **{name: value for name, value in options.items() if name != "run"}}
    if commands:
        attributes["run"] = "\n".join(commands)
    words = "".join(' {}="{}"'.format(name, html.escape(value).replace("\n", "&#10;")) for name, value in attributes.items())
    return "<immutable-lab{}>{}</immutable-lab>".format(words, fallback)


# MkDocs


def validator(language, inputs, options, attrs, md):
    """Takes a fence that names a machine; another is shown as any fence is."""
    if "immutable" not in inputs:
        return False
    options.update(inputs)
    return True


def fence(source, language, css_class, options, md, **_):
    """The fence as a lab."""
    options = dict(options)
    machine = options.pop("immutable")
    fallback = "<pre><code>{}</code></pre>".format(html.escape(source))
    # Python-Markdown takes what it does not know as a block for a part of a paragraph.
    return '<div class="{}">{}</div>'.format(css_class, tag("silverblue" if machine == "immutable" else machine, options, source, fallback))


# Sphinx

if nodes:

    class AnyOption(dict):
        """An option list that takes every name."""

        def __bool__(self):
            return True

        def __getitem__(self, name):
            return lambda value: "true" if value is None else value

    class Lab(nodes.General, nodes.Element):
        """A lab; its child is the block that is shown without it."""

    class LabDirective(Directive):
        """`.. immutable-lab:: MACHINE`"""

        optional_arguments = 1
        has_content = True
        option_spec = AnyOption()

        def run(self):
            text = "\n".join(self.content)
            block = nodes.literal_block(text, text, language="console")
            return [make_lab(block, self.arguments[0] if self.arguments else "silverblue", self.options)]


def make_lab(block, machine, options):
    node = Lab("", block) if block.astext() else Lab("")
    node["machine"], node["options"] = machine, options
    return node


def wrap_code_blocks(_app, document):
    """Makes labs of code blocks with `:class: immutable-MACHINE`."""
    for block in list(document.findall(nodes.literal_block)):
        # With a caption there is a container around the block.
        captioned = "literal-block-wrapper" in block.parent.get("classes", [])
        outer = block.parent if captioned else block
        classes = {*block["classes"], *outer["classes"]}
        machine = next((name[len("immutable-"):] for name in sorted(classes) if name.startswith("immutable-")), None)
        if machine and not isinstance(block.parent, Lab):
            lab = make_lab(block, machine, {})
            outer.replace_self(lab)
            lab[:] = [outer]


def visit(self, node):
    opening, self.immutable_lab_closing = tag(node["machine"], node["options"], node.astext(), "\0").split("\0")
    self.body.append(opening)


def depart(self, _node):
    self.body.append(self.immutable_lab_closing)


def shown_alone(_self, _node):
    """Elsewhere the block stands for itself."""


def add_script(app, config):
    if config.immutable_lab_script:
        # As a module it would need CORS headers of whoever serves it.
        app.add_js_file(config.immutable_lab_script, defer="defer")


def setup(app):
    app.add_config_value("immutable_lab_script", "", "html")
    others = {name: (shown_alone, shown_alone) for name in ("latex", "text", "man", "texinfo")}
    app.add_node(Lab, html=(visit, depart), **others)
    app.add_directive("immutable-lab", LabDirective)
    app.connect("doctree-read", wrap_code_blocks)
    app.connect("config-inited", add_script)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
