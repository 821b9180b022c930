"""Addresses of the widget. They are written into other people's sites: they stay."""

from django.urls import path

from talk.widget.activities import tell_activities
from talk.widget.attachments import (
    attachment_content,
    discard_attachment,
    upload_attachment,
)
from talk.widget.exchange import endpoint
from talk.widget.frame import serve_frame
from talk.widget.identify import claim_identity, identify_visitor
from talk.widget.loader import serve_loader, serve_more
from talk.widget.messages import list_conversations, list_messages, send_message
from talk.widget.session import begin_session, end_session

urlpatterns = [
    path("widget.js", serve_loader, name="widget_loader"),
    path("widget-more.js", serve_more, name="widget_more"),
    path("widget/<slug:public_id>/", serve_frame, name="widget_frame"),
    path(
        "widget/v1/session", endpoint(POST=begin_session, DELETE=end_session), name="widget_session"
    ),
    path("widget/v1/identify", endpoint(POST=identify_visitor), name="widget_identify"),
    path("widget/v1/claims", endpoint(POST=claim_identity), name="widget_claims"),
    path("widget/v1/activities", endpoint(POST=tell_activities), name="widget_activities"),
    path("widget/v1/conversations", endpoint(GET=list_conversations), name="widget_conversations"),
    path(
        "widget/v1/messages",
        endpoint(GET=list_messages, POST=send_message),
        name="widget_messages",
    ),
    path("widget/v1/attachments", endpoint(POST=upload_attachment), name="widget_attachments"),
    path(
        "widget/v1/attachments/<uuid:attachment_id>",
        endpoint(DELETE=discard_attachment),
        name="widget_upload",
    ),
    path(
        "widget/v1/attachments/<uuid:attachment_id>/content",
        endpoint(GET=attachment_content),
        name="widget_attachment",
    ),
]
