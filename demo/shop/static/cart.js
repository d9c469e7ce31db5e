const page = document.querySelector('[data-cart]');
const zones = JSON.parse(document.getElementById('zones').textContent);
const byId = new Map(JSON.parse(document.getElementById('products').textContent).map((product) => [product.id, product]));
const euro = (value) => new Intl.NumberFormat('en-IE', { style: 'currency', currency: 'EUR' }).format(value);
const country = document.querySelector('select[name=country]');
const picture = (line) => {
  const figure = document.querySelector(`[data-art="${CSS.escape(line.id)}"]`).content.firstElementChild.cloneNode(true);
  figure.dataset.colour = line.colour;
  return figure;
};

function shipping(goods) {
  const zone = zones.find((one) => one.countries.includes(country.value)) || zones[0];
  return goods === 0 || goods >= zone.free_from ? 0 : zone.price;
}

function row(line, index) {
  const product = byId.get(line.id);
  const item = document.getElementById('line').content.firstElementChild.cloneNode(true);
  const part = (name) => item.querySelector(`[data-part=${name}]`);
  part('picture').replaceWith(picture(line));
  part('name').textContent = product.name;
  part('name').href = `/products/${product.id}`;
  part('choice').textContent = `${line.colour} · ${line.size}`;
  part('price').textContent = euro(product.price * line.quantity);
  if (!part('quantity')) {
    part('choice').textContent += ` · ${line.quantity} ×`;
    return item;
  }
  part('quantity').textContent = line.quantity;
  for (const [name, step] of [['less', -1], ['more', 1], ['remove', -99]]) {
    const button = part(name);
    button.setAttribute('aria-label', `${button.dataset.says}: ${product.name}, ${line.colour}, ${line.size}`);
    button.addEventListener('click', () => { window.cart.change(index, line.quantity + step); show(name, index) });
  }
  return item;
}

function show(focus, at) {
  const lines = window.cart.read().filter((line) => byId.has(line.id));
  const goods = lines.reduce((sum, line) => sum + byId.get(line.id).price * line.quantity, 0);
  const list = page.querySelector('.items');
  list.replaceChildren(...lines.map(row));
  page.querySelector('[data-filled]').hidden = lines.length === 0;
  page.querySelector('[data-empty]').hidden = lines.length > 0;
  const set = (name, text) => { for (const place of page.querySelectorAll(`[data-sum=${name}]`)) place.textContent = text };
  set('goods', euro(goods));
  set('shipping', shipping(goods) ? euro(shipping(goods)) : 'free');
  set('total', euro(goods + shipping(goods)));
  const row_ = list.children[Math.min(at, lines.length - 1)];
  if (focus) (row_ ? row_.querySelector(`[data-part=${focus}]`) : page.querySelector('[data-empty] a')).focus();
}

country.addEventListener('change', () => show());
show();

const form = document.querySelector('form[data-checkout]');
if (form) form.addEventListener('submit', (event) => {
  event.preventDefault();
  window.cart.write([]);
  page.hidden = true;
  const thanks = document.querySelector('[data-thanks]');
  thanks.hidden = false;
  thanks.querySelector('h1').focus();
});
