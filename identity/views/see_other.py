"""Where a form leads once it was taken: to a page that may be loaded again without sending it again."""

from http import HTTPStatus

from django.http import HttpResponseRedirect


class SeeOther(HttpResponseRedirect):
    """303: what came of this POST stands at another address, to be fetched with GET."""

    status_code = HTTPStatus.SEE_OTHER
