// Adds to pages that work without it: no second question from a double tap, steps that the phone's own way
// back goes through, a camera, and a status panel that announces its end and leaves the document. The server
// reads the cookie to know that it need not reload the page for the panel's sake.
"use strict";

document.cookie = "script=on; path=/; SameSite=Lax" + (location.protocol === "https:" ? "; Secure" : "");

const once = (form) => {
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) {
      event.preventDefault();
    }
    form.dataset.sent = "yes";
  });
};

// A form in steps is fetched step by step, so that the way back of the phone leads to the step before and no
// browser asks whether to send something again. The last step goes the ordinary way: it asks a question.
const steps = (form) => {
  form.addEventListener("submit", async (event) => {
    const back = event.submitter?.name === "back";
    if (!back && form.querySelector("[type=file]")) {
      return;
    }
    event.preventDefault();
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form, event.submitter) }).catch(() => null);
    if (!answer || answer.redirected || !(answer.headers.get("Content-Type") || "").startsWith("text/html")) {
      form.submit();
      return;
    }
    const next = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (!back && answer.ok) {
      history.pushState({ step: true }, "");
    }
    document.title = next.title;
    const target = next.querySelector("main [autofocus]") || next.querySelector("main [data-progress]");
    // The browser would look for the focus a second time, and complain that it is there already.
    target?.removeAttribute("autofocus");
    document.querySelector("main").replaceWith(next.querySelector("main"));
    dress(document.querySelector("main"));
    target?.focus();
    scrollTo(0, 0);
  });
};

window.addEventListener("popstate", () => {
  document.querySelector("form[data-steps] [name=back]")?.click();
});

// The camera where there is one: a frame to look into, and the picture goes into the field as a file would.
const camera = (box) => {
  const part = (name) => box.querySelector(`[data-camera-${name}]`);
  const video = box.querySelector("video");
  const field = box.querySelector("[type=file]");
  const voice = part("voice");
  let stream = null;
  const close = () => {
    stream?.getTracks().forEach((track) => track.stop());
    stream = null;
    part("finder").hidden = true;
    part("open").hidden = false;
  };
  if (!navigator.mediaDevices?.getUserMedia) {
    return;
  }
  part("way").hidden = false;
  part("open").addEventListener("click", async () => {
    try {
      stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 960 } } });
    } catch {
      voice.textContent = voice.dataset.failed;
      return;
    }
    video.srcObject = stream;
    await video.play();
    part("finder").hidden = false;
    part("open").hidden = true;
    part("take").focus();
  });
  part("close").addEventListener("click", close);
  part("take").addEventListener("click", () => {
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    canvas.getContext("2d").drawImage(video, 0, 0);
    canvas.toBlob((blob) => {
      const files = new DataTransfer();
      files.items.add(new File([blob], "photo.jpg", { type: "image/jpeg" }));
      field.files = files.files;
      part("shot").src = canvas.toDataURL("image/jpeg", 0.6);
      part("shot").hidden = false;
      voice.textContent = voice.dataset.taken;
      close();
      part("open").focus();
    }, "image/jpeg", 0.85);
  });
  window.addEventListener("pagehide", close);
};

const dress = (part) => {
  part.querySelectorAll("form[data-steps]").forEach(steps);
  part.querySelectorAll("form[method=post]:not([data-steps])").forEach(once);
  part.querySelectorAll("form[data-steps]:has([type=file])").forEach(once);
  part.querySelectorAll("[data-camera]").forEach(camera);
};

dress(document);

window.addEventListener("pageshow", (event) => {
  if (event.persisted) {
    location.reload();
  }
});

const panel = document.querySelector("[data-closes-in]");

if (panel) {
  const voice = document.querySelector("[data-announce]");
  const note = document.querySelector("[data-closed-note]");
  const total = Number(panel.dataset.closesIn);
  const closesAt = Date.now() + total * 1000;

  const say = (text) => {
    voice.textContent = text;
  };

  const close = () => {
    panel.remove();
    note.classList.remove("appears");
    say(voice.dataset.closed);
  };

  const tick = () => {
    const left = closesAt - Date.now();
    if (left <= 0) {
      close();
      return;
    }
    if (left <= 10000 && total > 15 && voice.textContent !== voice.dataset.soon) {
      say(voice.dataset.soon);
    }
    setTimeout(tick, Math.min(left, 500));
  };

  // A live region announces only what changes after it is there.
  setTimeout(() => say(voice.dataset.start), 800);
  tick();
}
