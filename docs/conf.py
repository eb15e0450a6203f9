"""How the site is built: `make docs`. English pages lie here, Chinese ones in `zh/`."""

import xhs_toolkit

project = "XHS Toolkit"
author = "XHS Toolkit contributors"
release = xhs_toolkit.__version__
extensions = ["myst_nb", "sphinx.ext.autodoc", "numpydoc"]
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3
nb_execution_mode = "off"  # recipes.ipynb is stored executed
exclude_patterns = ["zh", "_build"]
suppress_warnings = ["mystnb.unknown_mime_type", "ref.python"]  # two rooms may have a record of one name
autodoc_typehints = "description"
autodoc_member_order = "bysource"
numpydoc_show_class_members = False
html_theme = "furo"
html_title = "XHS Toolkit"
html_extra_path = ["_build/extra"]
html_copy_source = False
