// The page's content security policy allows only style elements with the page's nonce. Scalar gives it to some of its
// style elements. This gives it to the others.
const nonce = document.querySelector("meta[property=csp-nonce]").content;
const createElement = Document.prototype.createElement;
Document.prototype.createElement = function (...parameters) {
  const element = createElement.apply(this, parameters);
  if (element instanceof HTMLStyleElement) element.nonce = nonce;
  return element;
};
