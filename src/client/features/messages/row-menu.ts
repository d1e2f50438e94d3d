/** The rows share one menu, which opens where a right click is: this makes one below the element. */
export const openRowMenu = (element: Element): void => {
  const { left, bottom } = element.getBoundingClientRect();
  const place = { clientX: left, clientY: bottom + 4, button: 2 };
  element.dispatchEvent(new MouseEvent("contextmenu", { bubbles: true, cancelable: true, ...place }));
};
