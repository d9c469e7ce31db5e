# Two stages: the wheel is built with Node at hand (from PyPI), the image that runs has Python only.
FROM python:3.12-slim AS build
WORKDIR /src
COPY . .
RUN pip install --no-cache-dir build && python -m build --wheel --outdir /wheels

FROM python:3.12-slim
RUN useradd --create-home --uid 10001 warmline && mkdir /data && chown warmline /data
COPY --from=build /wheels /wheels
RUN pip install --no-cache-dir "$(ls /wheels/*.whl)[evals]" && rm -r /wheels
USER warmline
ENV WARMLINE_DATA=/data WARMLINE_HOST=0.0.0.0 WARMLINE_PORT=8080 WARMLINE_LOG_JSON=true
VOLUME /data
EXPOSE 8080
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "-c", "import urllib.request; urllib.request.urlopen('http://127.0.0.1:8080/readyz', timeout=4)"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["warmline"]
CMD ["serve"]
