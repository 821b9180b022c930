"""Where LINE tries whether it reaches this server, before anything is connected."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST


@csrf_exempt  # LINE calls it, without cookies
@require_POST
def answer_probe(request: HttpRequest) -> HttpResponse:
    """Anybody gets the same, and nothing is read."""
    return HttpResponse(b"{}", content_type="application/json")
