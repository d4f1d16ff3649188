"""The registry in the admin: a masked list, and finding one person by the full number."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from civil_time import civil_date
from identity.admin.read_only import ReadOnlyAdmin
from identity.document import Document, DocumentProblem, MalformedDocument, is_born, parse_document
from identity.keyring import key_of
from identity.models import Person
from identity.wording import document_problem_text


class PersonAdmin(ReadOnlyAdmin[Person]):
    """People of the registry. What a single page shows is for whoever registers this admin to say."""

    purpose = gettext_lazy(
        "The registry, masked. Find a person by the full number; opening a file leaves a row in the audit."
    )

    list_display = (
        "name_shown",
        "number_shown",
        "born_on",
        "card_issued_on",
        "has_face",
        "registered_at",
        "died_on",
        "withdrawn",
    )
    list_filter = (
        ("card_issued_on", admin.EmptyFieldListFilter),
        ("face_reference", admin.EmptyFieldListFilter),
        ("registered_at", admin.EmptyFieldListFilter),
        ("died_on", admin.EmptyFieldListFilter),
        "withdrawn",
    )
    # The newest change first; indexed, and says nothing of a name or number.
    ordering = ("-changed_seq",)
    change_list_template = "admin/identity/person/change_list.html"

    @admin.display(description=gettext_lazy("name"))
    def name_shown(self, person: Person) -> str:
        return person.masked_name

    @admin.display(description=gettext_lazy("document number"))
    def number_shown(self, person: Person) -> str:
        return person.masked_number

    @admin.display(description=gettext_lazy("face on file"), boolean=True)
    def has_face(self, person: Person) -> bool:
        return person.face_reference != ""

    def get_urls(self) -> list[URLPattern]:
        find = path("find/", self.admin_site.admin_view(self.find_view), name="identity_person_find")
        return [find, *super().get_urls()]

    @method_decorator(sensitive_post_parameters())
    @method_decorator(require_http_methods(["GET", "HEAD", "POST"]))
    def find_view(self, request: HttpRequest) -> HttpResponse:
        """Find a person by the full document number.

        The number comes in the body and goes nowhere: not into an address, a log, a session or the page.
        """
        if not self.has_view_permission(request):
            raise PermissionDenied
        problem: Any = None
        if request.method == "POST":
            match _document(request.POST.get("document_number", "")):
                case MalformedDocument() as malformed:
                    problem = document_problem_text(malformed)
                case Document() as document:
                    key = key_of(document)
                    if Person.objects.filter(person_key=key).exists():
                        return HttpResponseRedirect(reverse("admin:identity_person_change", args=[key]))
                    problem = _("There is no person with this number in the registry.")
        context = {
            **self.admin_site.each_context(request),
            "title": _("Find a person"),
            "opts": self.opts,
            "problem": problem,
        }
        return TemplateResponse(request, "admin/identity/person/find.html", context)


def _document(raw: str) -> Document | MalformedDocument:
    document = parse_document(raw)
    if isinstance(document, Document) and not is_born(document, civil_date(timezone.now())):
        return MalformedDocument(problem=DocumentProblem.NOT_YET_BORN)
    return document
