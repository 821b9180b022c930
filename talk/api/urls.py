"""Addresses under /api/. Ids are parsed by the views, so that a bad one is a named 400."""

from django.urls import include, path, re_path

from talk.api import (
    attachments,
    conversations,
    customers,
    documents,
    feeds,
    marks,
    messages,
    people,
    templates,
)
from talk.api.missing import Missing

v1 = [
    path("me", people.Myself.as_view()),
    path("me/pane", people.MyPane.as_view()),
    path("socket-ticket", people.SocketTicket.as_view()),
    path("inboxes", people.Inboxes.as_view()),
    path("inboxes/<str:id>/templates", templates.InboxTemplates.as_view()),
    path("teams", people.Teams.as_view()),
    path("operators", people.Operators.as_view()),
    path("activities", feeds.Activities.as_view()),
    path("customers:batch", feeds.CustomerRecords.as_view()),
    path("customers", people.Customers.as_view()),
    path("customers/<str:id>", people.Customer.as_view()),
    path("customers/<str:id>/candidates", customers.Candidates.as_view()),
    path("customers/<str:id>/merge", customers.Merge.as_view()),
    path("customers/<str:id>/identities", customers.Confirm.as_view()),
    path("customers/<str:id>/export", customers.Export.as_view()),
    path("customers/<str:id>/erase", customers.Erase.as_view()),
    path("customers/<str:id>/labels", marks.CustomerLabels.as_view()),
    path("customers/<str:id>/notes", marks.CustomerNotes.as_view()),
    path("customer-notes/<str:id>", marks.CustomerNote.as_view()),
    path("labels", marks.Labels.as_view()),
    path("merges/<str:id>/undo", customers.MergeUndo.as_view()),
    path("erasures/<str:id>", customers.Erasure.as_view()),
    path("customers/<str:id>/reveal", people.Reveal.as_view()),
    path("headline", people.Headline.as_view()),
    path("events", people.Events.as_view()),
    path("conversations", conversations.Conversations.as_view()),
    path("conversation-counts", conversations.ConversationCounts.as_view()),
    path("conversations/<str:id>", conversations.Conversation.as_view()),
    path("conversations/<str:id>/thread", conversations.ConversationThread.as_view()),
    path("conversations/<str:id>/sidebar", conversations.ConversationSidebar.as_view()),
    path("conversations/<str:id>/links/<str:link_id>", conversations.ConversationLink.as_view()),
    path("conversations/<str:id>/messages", conversations.ConversationMessages.as_view()),
    path("conversations/<str:id>/notes", conversations.ConversationNotes.as_view()),
    path("conversations/<str:id>/read", conversations.ConversationRead.as_view()),
    path("conversations/<str:id>/changes", conversations.ConversationChanges.as_view()),
    path("messages/<str:id>/context", messages.MessageContext.as_view()),
    path("messages/<str:id>/retry", messages.MessageRetry.as_view()),
    path("attachments", attachments.Attachments.as_view()),
    path("attachments/<str:id>", attachments.Attachment.as_view()),
    path(
        "attachments/<str:id>/content",
        attachments.AttachmentContent.as_view(),
        name="attachment-content",
    ),
]

urlpatterns = [
    path("v1/", include(v1)),
    path("schema/", documents.OpenApi.as_view(), name="openapi"),
    path("docs/", documents.docs, name="api_docs"),
    # What is not there is answered in JSON too.
    re_path("", Missing.as_view()),
]
