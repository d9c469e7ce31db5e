"""The demo shop as a site of its own. It stands for a customer's website: it knows Warmline only by the script tag it embeds."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from datetime import date
from hmac import compare_digest
from typing import Any
from urllib.parse import parse_qs, urlsplit

from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from fastapi.templating import Jinja2Templates

from api.demo.catalogue import FOLDER, SHOP, ZONES, Shopper, find_order, help_articles, orders_of, product, products, shopper, shoppers
from api.demo.pages import CART_LINKS, DOCS_PROMPTS, PROMPTS, REPAIRS, SERVICES, docs_sections, help_sections, product_data

Today = Callable[[], date]
MAX_FORM_BYTES = 4_000
SHOPPER = "shopper"


def shop_app(settings_like: Mapping[str, Any], today: Today = date.today) -> FastAPI:
    """The shop's pages and its order API. `settings_like` is read on every request, so it may be filled in after the start:
    `public_url` (Warmline's address), `console_url`, `store_inbox` and `docs_inbox` (inbox keys; empty: no widget), `sign_in_hint`,
    `orders_secret` (what Warmline must say to be told of orders; empty: nobody is), `identity_token` (a function: a signed token that says
    who a shopper is, or None), `docs_progress` (a function: how many of how many documentation articles the bot has read, or None)."""
    app = FastAPI(title=SHOP, docs_url=None, redoc_url=None, openapi_url=None)
    app.mount("/static", StaticFiles(directory=FOLDER / "shop" / "static"), name="static")
    _add_policy(app, settings_like)
    _add_api(app, today)
    _add_orders_api(app, settings_like, today)
    _add_sign_in(app)
    _add_pages(app, _Pages(settings_like), today)
    return app


class _Pages:
    def __init__(self, site: Mapping[str, Any]) -> None:
        self._site = site
        self._templates = Jinja2Templates(directory=FOLDER / "shop" / "templates")
        self._templates.env.filters["euro"] = lambda value: f"€{value:,.2f}".removesuffix(".00")
        self._templates.env.filters["day"] = lambda value: f"{date.fromisoformat(value):%-d %B %Y}"

    def docs_progress(self) -> tuple[int, int] | None:
        ask: Callable[[], tuple[int, int] | None] | None = self._site.get("docs_progress")
        return ask() if ask else None

    def page(self, request: Request, name: str, inbox: str = "store_inbox", status: int = 200, **values: Any) -> HTMLResponse:
        keys = ("public_url", "console_url", "sign_in_hint")
        site = {key: str(self._site.get(key) or "") for key in keys} | {"inbox": str(self._site.get(inbox) or "")}
        site["public_url"] = site["public_url"].rstrip("/")
        who = shopper(request.cookies.get(SHOPPER, "")) if inbox == "store_inbox" else None
        site["identity"] = self._identity(who) if who else ""
        view = {"site": site, "shop": SHOP, "shopper": who, "shoppers": shoppers() if inbox == "store_inbox" else (), **values}
        return self._templates.TemplateResponse(request, name, view, status_code=status)

    def _identity(self, who: Shopper) -> str:
        sign: Callable[[Shopper], str] | None = self._site.get("identity_token")
        return sign(who) if sign else ""


def content_security_policy(warmline: str) -> str:
    """What a careful customer's site would send: its own files, and exactly Warmline's origin for the widget."""
    parts = urlsplit(warmline)
    origin = f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
    rules = {
        "default-src": "'none'",
        "script-src": f"'self' {origin}",
        "style-src": "'self'",
        "img-src": "'self' data:",
        "connect-src": f"'self' {origin}",
        "frame-src": origin or "'none'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
        "require-trusted-types-for": "'script'",
    }
    return "; ".join(f"{name} {value}".strip() for name, value in rules.items())


def _add_policy(app: FastAPI, site: Mapping[str, Any]) -> None:
    @app.middleware("http")
    async def policy(request: Request, call_next: Callable[[Request], Awaitable[Response]]) -> Response:
        response = await call_next(request)
        response.headers["Content-Security-Policy"] = content_security_policy(str(site.get("public_url") or ""))
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
        response.headers["Cache-Control"] = "no-cache" if request.url.path.startswith("/static/") else "no-store"
        return response


def _add_api(app: FastAPI, today: Today) -> None:
    @app.get("/api/products")
    def list_products() -> dict[str, Any]:
        return {"products": products()}

    @app.get("/api/products/{product_id}", response_model=None)
    def get_product(product_id: str) -> dict[str, Any] | JSONResponse:
        return product(product_id) or _not_found("product")

    @app.get("/api/orders/{number}", response_model=None)
    def get_order(number: str, email: str = "") -> dict[str, Any] | JSONResponse:
        return find_order(number, email, today()) or _not_found("order")


def _add_orders_api(app: FastAPI, site: Mapping[str, Any], today: Today) -> None:
    """For Warmline only, by its secret: the contract of docs/orders.md."""

    @app.get("/api/orders", response_model=None)
    def find_orders(request: Request, number: str = "", email: str = "", customer: str = "") -> dict[str, Any] | JSONResponse:
        secret = str(site.get("orders_secret") or "")
        if not secret or not compare_digest(request.headers.get("authorization", "").encode(), f"Bearer {secret}".encode()):
            return JSONResponse({"title": "Unauthorized", "status": 401}, 401)
        who = shopper(customer)
        if customer:
            found = orders_of(who.email, today()) if who else []
            return {"orders": [order | {"customer": customer} for order in found if not number or _is_number(order, number)]}
        return {"orders": [order for order in orders_of(email, today()) if _is_number(order, number)]}


def _is_number(order: Mapping[str, Any], asked: str) -> bool:
    bare = asked.strip().lstrip("#").upper()
    return bool(order["number"] in (bare, f"HL-{bare}"))


def _add_sign_in(app: FastAPI) -> None:
    """A demo: whoever looks may be whom they like. What follows from it is real."""

    @app.post("/account")
    async def sign_in(request: Request) -> RedirectResponse:
        form = parse_qs((await request.body())[:MAX_FORM_BYTES].decode("utf-8", "replace"))
        who = shopper(form.get("shopper", [""])[0])
        back = urlsplit(request.headers.get("referer", "")).path or "/"
        answer = RedirectResponse(back if back.startswith("/") and not back.startswith("//") else "/", 303)
        if who:
            answer.set_cookie(SHOPPER, who.sub, httponly=True, samesite="lax")
        else:
            answer.delete_cookie(SHOPPER)
        return answer


def _not_found(what: str) -> JSONResponse:
    return JSONResponse({"title": "Not found", "status": 404, "detail": f"There is no such {what}."}, 404)


def _add_pages(app: FastAPI, pages: _Pages, today: Today) -> None:
    _add_selling_pages(app, pages)
    _add_orders_page(app, pages, today)

    @app.get("/help", response_class=HTMLResponse)
    def show_help(request: Request) -> HTMLResponse:
        return pages.page(request, "help.html", sections=help_sections(help_articles()))

    @app.get("/docs", response_class=HTMLResponse)
    def show_docs(request: Request) -> HTMLResponse:
        read = pages.docs_progress()
        return pages.page(request, "docs.html", inbox="docs_inbox", sections=docs_sections(), prompts=DOCS_PROMPTS, read=read)

    @app.exception_handler(404)
    async def show_not_found(request: Request, _error: Exception) -> HTMLResponse:
        return pages.page(request, "not_found.html", status=404)


def _add_selling_pages(app: FastAPI, pages: _Pages) -> None:
    @app.get("/", response_class=HTMLResponse)
    def show_home(request: Request) -> HTMLResponse:
        return pages.page(request, "home.html", products=products(), prompts=PROMPTS)

    @app.get("/products/{product_id}", response_class=HTMLResponse)
    def show_product(request: Request, product_id: str) -> HTMLResponse:
        item = product(product_id)
        if item is None:
            return pages.page(request, "not_found.html", status=404)
        others = sorted((other for other in products() if other is not item), key=lambda other: other["category"] != item["category"])[:4]
        return pages.page(request, "product.html", product=item, others=others, data=product_data(item, str(request.url)))

    @app.get("/cart", response_class=HTMLResponse)
    def show_cart(request: Request) -> HTMLResponse:
        return pages.page(request, "cart.html", zones=_zones(), products=products(), links=CART_LINKS)

    @app.get("/checkout", response_class=HTMLResponse)
    def show_checkout(request: Request) -> HTMLResponse:
        return pages.page(request, "checkout.html", zones=_zones(), products=products())

    @app.get("/pricing", response_class=HTMLResponse)
    def show_pricing(request: Request) -> HTMLResponse:
        return pages.page(request, "pricing.html", zones=ZONES, repairs=REPAIRS, services=SERVICES)


def _zones() -> list[dict[str, Any]]:
    return [asdict(zone) | {"countries": list(zone.countries)} for zone in ZONES]


def _add_orders_page(app: FastAPI, pages: _Pages, today: Today) -> None:
    @app.get("/orders", response_class=HTMLResponse)
    def show_orders(request: Request) -> HTMLResponse:
        return pages.page(request, "orders.html", order=None, asked=None)

    # A POST, so that the email address stays out of the page's address, which the widget tells the agent.
    @app.post("/orders", response_class=HTMLResponse)
    async def look_up_order(request: Request) -> HTMLResponse:
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_FORM_BYTES:
                return pages.page(request, "orders.html", status=413, order=None, asked={"number": "", "email": ""})
        form = parse_qs(body.decode("utf-8", "replace"))
        asked = {name: form.get(name, [""])[0] for name in ("number", "email")}
        order = find_order(asked["number"], asked["email"], today())
        return pages.page(request, "orders.html", status=200 if order else 404, order=order, asked=asked)
