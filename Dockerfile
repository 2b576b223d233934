# The app in a container, for any host, including a Hugging Face Docker Space (uid 1000, port 8501):
#   docker build -t vae-demo .                                 with the default build of torch
#   docker build -t vae-demo --build-arg TORCH_INDEX=URL .     with the CPU build, see docs/hosting.md
#   docker run -p 8501:8501 -v kept:/home/visitor/app/visitors vae-demo
FROM python:3.11-slim

ARG TORCH_INDEX=""
RUN useradd --create-home --uid 1000 visitor
WORKDIR /home/visitor/app

COPY requirements.txt .
RUN if [ -n "$TORCH_INDEX" ]; then pip install --no-cache-dir torch --index-url "$TORCH_INDEX"; fi \
    && pip install --no-cache-dir -r requirements.txt

COPY --chown=visitor . .
# The runs that visitors save; mount a volume to keep them when the container is removed.
RUN mkdir -p visitors && chown visitor . visitors
USER visitor
EXPOSE 8501
# A Space shows the app in a frame, in which browsers block the cookie that Streamlit's XSRF check
# needs. Uploads have no side effects for other visitors, so the check can be turned off.
ENV STREAMLIT_SERVER_ENABLE_XSRF_PROTECTION=false
HEALTHCHECK --start-period=60s --timeout=10s CMD python -c "import urllib.request as r; r.urlopen('http://127.0.0.1:8501/ready')"
CMD ["streamlit", "run", "app.py", "--server.port=8501", "--server.address=0.0.0.0"]
