"""Texts that a careless page would run (S-20). Each calls `__pwned`, which the watch hears.

At most 100 characters each, so that every field takes them whole, and no control characters, which
some fields clean away.
"""

PAYLOADS = (
    # elements that run by themselves
    "<script>__pwned()</script>",
    "<ScRiPt >__pwned()</sCrIpT >",
    "</script><script>__pwned()</script>",
    "</title><script>__pwned()</script>",
    "</textarea><script>__pwned()</script>",
    "--><script>__pwned()</script><!--",
    "]]><script>__pwned()</script>",
    "<<script>__pwned()//<</script>",
    "<img src=x onerror=__pwned()>",
    '"><img src=x onerror=__pwned()>',
    "'><img src=x onerror=__pwned()>",
    "<img/src/onerror=__pwned()>",
    "<svg onload=__pwned()>",
    "<svg><script href=data:,__pwned()></script></svg>",
    "<svg><animate onbegin=__pwned() attributeName=x dur=1s>",
    "<svg><a xlink:href='javascript:__pwned()'><text y=20>x</text></a></svg>",
    "<math href='javascript:__pwned()'>x</math>",
    "<iframe srcdoc='<script>parent.__pwned()</script>'></iframe>",
    "<iframe src='javascript:parent.__pwned()'></iframe>",
    "<object data='javascript:__pwned()'></object>",
    "<embed src='data:text/html,<script>__pwned()</script>'>",
    "<details open ontoggle=__pwned()>x</details>",
    "<video><source onerror=__pwned()></video>",
    "<input autofocus onfocus=__pwned()>",
    "<body onload=__pwned()>",
    "<style>@import 'javascript:__pwned()';</style>",
    "<base href='javascript:__pwned()//'>",
    "<meta http-equiv=refresh content='0;url=javascript:__pwned()'>",
    "<form action='javascript:__pwned()'><button>x</button></form>",
    # what sanitisers have turned into elements
    "<noscript><p title='</noscript><img src=x onerror=__pwned()>'>",
    "<math><mtext><table><mglyph><style><img src=x onerror=__pwned()>",
    "&lt;img src=x onerror=__pwned()&gt;",
    # links
    "javascript:__pwned()",
    "java&#x0a;script:__pwned()",
    "vbscript:__pwned()",
    "data:text/html,<script>__pwned()</script>",
    "[x](javascript:__pwned()) ![x](x'onerror='__pwned())",
    'https://shop.example/"onmouseover="__pwned()',
    "https://shop.example/'><img src=x onerror=__pwned()>",
    # templates
    "{{constructor.constructor('__pwned()')()}} ${__pwned()} {% debug %}",
)
NASTIEST = (PAYLOADS[3], PAYLOADS[9], PAYLOADS[39])
"""For what costs a page of its own each."""
