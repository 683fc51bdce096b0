// Elements made without any HTML text, so that nothing in a file can become part of the page.
//
// In: a name, a class, attributes and children. Out: the element.

export function build(name, className, ...rest) {
  const made = document.createElement(name);
  if (className) made.className = className;
  for (const each of rest) {
    if (each === null || each === undefined || each === false) continue;
    if (each instanceof Node || typeof each === "string") made.append(each);
    else for (const [key, value] of Object.entries(each)) made.setAttribute(key, value);
  }
  return made;
}
