import { noChange } from "lit";
import { Directive, directive } from "lit/directive.js";

/** Sets properties of an element's style, one by one: a style attribute would be against the page's policy. */
class Sized extends Directive {
  render() {
    return noChange;
  }

  update({ element }, [sizes]) {
    for (const [name, value] of Object.entries(sizes)) {
      if (element.style.getPropertyValue(name) !== value) element.style.setProperty(name, value);
    }
    return noChange;
  }
}

export const sized = directive(Sized);
