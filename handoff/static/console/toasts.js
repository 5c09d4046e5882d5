// Short notices at the foot of the page; bad ones stay longer and are read out at once.
const box = document.getElementById("toasts");
const alerts = document.getElementById("alerts");

export function toast(text, bad = false) {
  const line = document.createElement("p");
  line.className = bad ? "toast bad" : "toast";
  line.textContent = text;
  box.append(line);
  if (bad) alerts.textContent = text;
  setTimeout(() => line.remove(), bad ? 9000 : 4000);
}
