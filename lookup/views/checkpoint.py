"""The checkpoint page: for staff at a gate without a dedicated device.

It asks what a device asks (``POST /api/v1/checks``) with a device's key. The page itself knows nobody: the
key is typed into it, stays in this tab, and goes nowhere but into the header of that call.
"""

from csp.constants import NONCE, SELF
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from lookup.checkpoint_wording import page_texts

# The reader of codes is WebAssembly where the browser has none of its own; on no other page may it run.
_WASM = "'wasm-unsafe-eval'"


@require_safe
@csp_replace({"script-src": [SELF, NONCE, _WASM]})
def checkpoint_page(request: HttpRequest) -> HttpResponse:
    """Show the page; everything on it happens in the browser."""
    return render(request, "lookup/checkpoint.html", {"texts": page_texts()})
