// The checkpoint page: a key, one field that always has the focus, a camera, and a verdict as large as the screen.
// The key stays in this tab's session storage: it survives a reload, is gone with the tab, and is sent in the
// Authorization header alone. Nobody's name or number is kept; of the shift only a count.
"use strict";

const texts = JSON.parse(document.getElementById("checkpoint-texts").textContent);
const part = (name) => document.querySelector(`[data-${name}]`);
const say = (name, values = {}) =>
  Object.entries(values).reduce((text, [key, value]) => text.replace(`%(${key})s`, value), texts[name]);

const CHECKS = "/api/v1/checks";
const CODE_PREFIX = "HKP1:";
const NEXT_AFTER_MS = 6000; // a pass gives way by itself; any other verdict waits for somebody
const kept = {
  get key() { return sessionStorage.getItem("device-key"); },
  get shift() { return sessionStorage.getItem("shift"); },
  begin(key, shift) {
    sessionStorage.setItem("device-key", key);
    sessionStorage.setItem("shift", shift);
  },
  forget() { sessionStorage.clear(); },
};
const wakeLock = { held: null };
let sound = true;
let count = 0;
let timer = null;

// What the server says, as what to show: {verdict, answer} or {trouble, seconds} or {field}.

const ask = async (question) => {
  const body = { ...question, ...(kept.shift ? { staff_ref: kept.shift } : {}) };
  let response;
  try {
    response = await fetch(CHECKS, {
      method: "POST",
      headers: { "Authorization": `Api-Key ${kept.key}`, "Content-Type": "application/json", "Accept-Language": document.documentElement.lang },
      body: JSON.stringify(body),
      credentials: "omit",
      signal: AbortSignal.timeout(8000),
    });
  } catch {
    return { trouble: "offline" };
  }
  const told = await response.json().catch(() => ({}));
  const seconds = Number(response.headers.get("Retry-After")) || 5;
  switch (response.status) {
    case 201: return { answer: told };
    case 400: return { field: told.errors?.[0]?.detail || told.detail || texts.broken };
    case 401:
    case 403: return { trouble: "key_wrong", detail: response.status === 403 ? told.detail : "" };
    case 429: return { trouble: "too_many", seconds };
    case 503: return { trouble: "busy", seconds };
    default: return { trouble: "broken" };
  }
};

const questionOf = (text) =>
  text.startsWith(CODE_PREFIX)
    ? { code: text }
    : { document_number: text, document_type: document.getElementById("type").value };

// Sound: one high tone, two low ones, or a rising pair, so that staff know without looking.

const tones = { pass: [[880, 0.18]], no_pass: [[220, 0.3], [220, 0.3]], manual: [[440, 0.2], [660, 0.2]] };
let audio = null;

const play = (verdict) => {
  if (!sound) return;
  audio ??= new AudioContext();
  let at = audio.currentTime;
  for (const [pitch, length] of tones[verdict]) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    tone.frequency.value = pitch;
    volume.gain.value = 0.2;
    tone.connect(volume).connect(audio.destination);
    tone.start(at);
    tone.stop(at + length);
    at += length + 0.08;
  }
};

// The alarm above everything: offline, old data, a wrong key, a rate. It counts down where there is a time.

const alarm = (text) => {
  part("alarm").textContent = text;
  part("alarm").hidden = !text;
};

const countDown = (name, seconds) => {
  clearInterval(timer);
  let left = seconds;
  const tick = () => {
    alarm(left > 0 ? say(name, { seconds: left }) : "");
    if (left-- <= 0) clearInterval(timer);
  };
  tick();
  timer = setInterval(tick, 1000);
};

const time = (text) =>
  new Date(text).toLocaleTimeString(document.documentElement.lang, { timeZone: "Asia/Shanghai", hour: "2-digit", minute: "2-digit" });

const factsOf = (answer) => {
  const { subject, naat } = answer;
  const lines = [answer.status.label];
  if (subject?.age_band) lines.push(texts[subject.age_band]);
  lines.push(...answer.alerts.map((number) => say("alert", { number })));
  if (naat) {
    const days = naat.days === null ? texts.no_test : say("days", { days: naat.days });
    lines.push(naat.pending ? `${days}, ${texts.pending}` : days);
  }
  if (answer.data.as_of) lines.push(say("as_of", { time: time(answer.data.as_of) }));
  return lines;
};

let giveWay = null;

// What lies beneath a verdict is out of reach, for the Tab key and for a screen reader too.
const beneath = (covered) => {
  for (const each of document.querySelectorAll(".skip, .top, .bottom, [data-desk], [data-sign-in]")) {
    each.inert = covered;
  }
};

const show = (answer) => {
  const { verdict } = answer;
  const sheet = part("verdict");
  const elsewhere = answer.code?.used_elsewhere;
  sheet.className = `verdict ${verdict}`;
  part("word").textContent = texts[verdict];
  part("name").textContent = answer.subject?.name ?? "";
  part("facts").replaceChildren(
    ...factsOf(answer).map((line) => Object.assign(document.createElement("li"), { textContent: line })),
  );
  part("next").textContent = texts[elsewhere ? "used_elsewhere_next" : `${verdict}_next`];
  part("old").textContent = texts.stale;
  part("old").hidden = answer.data.fresh;
  sheet.hidden = false;
  beneath(true);
  part("next-one").focus();
  play(verdict);
  part("count").textContent = say("checked", { count: ++count });
  clearTimeout(giveWay);
  if (verdict === "pass" && answer.data.fresh) giveWay = setTimeout(close, NEXT_AFTER_MS);
};

const close = () => {
  clearTimeout(giveWay);
  part("verdict").hidden = true;
  beneath(false);
  const field = document.getElementById("scan");
  field.value = "";
  field.focus();
};

const fieldError = (text) => {
  part("scan-error").textContent = text;
  part("scan-error").hidden = !text;
  document.getElementById("scan").setAttribute("aria-invalid", text ? "true" : "false");
};

let asking = false;

const check = async (text) => {
  if (asking) return;
  fieldError("");
  if (!text) {
    fieldError(texts.nothing_typed);
    return;
  }
  asking = true;
  part("count").textContent = texts.checking;
  const outcome = await ask(questionOf(text));
  asking = false;
  part("count").textContent = say("checked", { count });
  if (outcome.answer) {
    clearInterval(timer);
    alarm(outcome.answer.data.fresh ? "" : texts.stale);
    show(outcome.answer);
  } else if (outcome.field) {
    fieldError(outcome.field);
    document.getElementById("scan").select();
  } else if (outcome.seconds) {
    countDown(outcome.trouble, outcome.seconds);
    play("manual");
  } else {
    alarm(outcome.detail || texts[outcome.trouble]);
    play("manual");
    if (outcome.trouble === "key_wrong" && !outcome.detail) end(texts.key_wrong);
  }
};

// Camera: the browser's own reader where it has one, else the one that lies beside this file.

let stream = null;
let reader = null;

const readerOf = async () => {
  if ("BarcodeDetector" in window && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
    const native = new BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await native.detect(video))[0]?.rawValue;
  }
  await new Promise((resolve, reject) => {
    const script = Object.assign(document.createElement("script"), { src: part("desk").dataset.zxing, onload: resolve, onerror: reject });
    document.head.append(script);
  });
  ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => part("desk").dataset.zxingWasm } });
  const canvas = document.createElement("canvas");
  return async (video) => {
    [canvas.width, canvas.height] = [video.videoWidth, video.videoHeight];
    const drawn = canvas.getContext("2d", { willReadFrequently: true });
    drawn.drawImage(video, 0, 0);
    const found = await ZXingWASM.readBarcodes(drawn.getImageData(0, 0, canvas.width, canvas.height), { formats: ["QRCode"], maxNumberOfSymbols: 1 });
    return found[0]?.text;
  };
};

const stopCamera = () => {
  stream?.getTracks().forEach((track) => track.stop());
  stream = null;
  part("viewer").hidden = true;
  part("camera-start").hidden = false;
};

const look = async (video) => {
  let last = "";
  while (stream) {
    const text = part("verdict").hidden && !asking ? await reader(video).catch(() => null) : null;
    // The same code stays in front of the camera for a while: one question for it.
    if (text && text !== last) {
      last = text;
      await check(text);
    }
    await new Promise((resolve) => setTimeout(resolve, 150));
  }
};

const startCamera = async () => {
  try {
    reader ??= await readerOf();
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  } catch {
    fieldError(texts.no_camera);
    return;
  }
  const video = part("viewer").querySelector("video");
  video.srcObject = stream;
  part("viewer").hidden = false;
  part("camera-start").hidden = true;
  await video.play();
  look(video);
};

// Beginning and ending a shift.

const begin = () => {
  part("sign-in").hidden = true;
  part("desk").hidden = false;
  part("count").textContent = say("checked", { count });
  document.getElementById("scan").focus();
  navigator.wakeLock?.request("screen").then((lock) => (wakeLock.held = lock)).catch(() => {});
};

const end = (why = "") => {
  kept.forget();
  stopCamera();
  wakeLock.held?.release();
  close();
  part("desk").hidden = true;
  part("sign-in").hidden = false;
  part("key-error").textContent = why;
  part("key-error").hidden = !why;
  document.getElementById("key").focus();
};

part("sign-in").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = document.getElementById("key");
  kept.begin(field.value.trim(), document.getElementById("shift").value.trim());
  field.value = "";
  part("key-error").hidden = true;
  alarm("");
  begin();
});

part("scan").addEventListener("submit", (event) => {
  event.preventDefault();
  const field = document.getElementById("scan");
  const text = field.value.trim();
  field.value = "";
  check(text);
});

part("next-one").addEventListener("click", close);
part("camera-start").addEventListener("click", startCamera);
part("camera-stop").addEventListener("click", stopCamera);
part("end").addEventListener("click", () => end());
part("sound").addEventListener("click", () => {
  sound = !sound;
  nameSound();
});

const nameSound = () => {
  part("sound").textContent = sound ? texts.sound_on : texts.sound_off;
  part("sound").setAttribute("aria-pressed", String(sound));
};

// A hand scanner types wherever the focus is: over a verdict its first letter closes that and goes to the field.
part("verdict").addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    close();
  } else if (event.key.length === 1 && event.key !== " " && !event.ctrlKey && !event.metaKey) {
    close();
  }
});

// And where nothing has the focus, since somebody touched the page beside the field.
document.addEventListener("keydown", (event) => {
  const idle = document.activeElement === document.body || document.activeElement?.id === "main";
  if (idle && !part("desk").hidden && part("verdict").hidden && event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
    document.getElementById("scan").focus();
  }
});

window.addEventListener("offline", () => alarm(texts.offline));
window.addEventListener("online", () => alarm(""));
window.addEventListener("pagehide", stopCamera);
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && kept.key) begin();
});

nameSound();
if (kept.key) begin();
