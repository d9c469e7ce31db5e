// The queue that Warmline's loader takes over, so that a call made before it has loaded is not lost.
window.warmline = window.warmline || function () { (window.warmline.q = window.warmline.q || []).push(arguments) };

document.addEventListener('click', (event) => {
  const button = event.target.closest('[data-ask]');
  if (!button) return;
  window.warmline('open');
  window.warmline('ask', button.dataset.ask);
});

const CART = 'holm-and-lark-cart';

window.cart = {
  read() {
    try { return JSON.parse(localStorage.getItem(CART)) || [] } catch { return [] }
  },
  write(lines) {
    try { localStorage.setItem(CART, JSON.stringify(lines)) } catch { /* a browser without storage keeps the cart for this page only */ }
    this.show();
  },
  add(line) {
    const lines = this.read();
    const same = lines.find((other) => ['id', 'size', 'colour'].every((name) => other[name] === line[name]));
    if (same) same.quantity = Math.min(20, same.quantity + 1); else lines.push({ ...line, quantity: 1 });
    this.write(lines);
  },
  change(index, quantity) {
    const lines = this.read();
    if (quantity < 1) lines.splice(index, 1); else lines[index].quantity = Math.min(20, quantity);
    this.write(lines);
  },
  show() {
    const total = this.read().reduce((sum, line) => sum + line.quantity, 0);
    for (const badge of document.querySelectorAll('[data-cart-count]')) {
      badge.textContent = total;
      badge.hidden = total === 0;
    }
  },
};
window.cart.show();

const product = document.querySelector('form[data-buy]');
if (product) {
  const figure = document.querySelector('[data-colour]');
  product.addEventListener('change', () => { figure.dataset.colour = new FormData(product).get('colour') });
  product.addEventListener('submit', (event) => {
    event.preventDefault();
    const chosen = new FormData(product);
    window.cart.add({ id: product.dataset.buy, size: chosen.get('size'), colour: chosen.get('colour') });
    const said = document.querySelector('.said');
    const link = document.createElement('a');
    link.href = '/cart';
    link.textContent = 'Go to your cart';
    said.replaceChildren(`In your cart: ${chosen.get('colour')}, size ${chosen.get('size')}. `, link);
  });
}
