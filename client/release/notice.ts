import './notice.css';

export interface NoticeText {
  readonly tone: 'plain' | 'warn';
  readonly title: string;
  /** Paragraphs; what is to be compared or passed on letter by letter is set as `code`. */
  readonly text: readonly (string | { readonly code: string })[];
}

export interface Choice<Answer extends string> {
  readonly answer: Answer;
  readonly label: string;
}

/**
 * A page about the page itself, made without the application, which may not start. Resolves to the choice that is
 * made; the first one is the one to be expected. A later notice takes the place of an earlier one.
 */
export function showNotice<Answer extends string>(
  { tone, title, text }: NoticeText,
  choices: readonly Choice<Answer>[],
): Promise<Answer> {
  const section = element('main', '');
  section.className = 'release-notice';
  section.dataset.tone = tone;
  section.setAttribute('role', tone === 'warn' ? 'alert' : 'main');
  const heading = element('h1', title);
  heading.tabIndex = -1;
  section.append(heading, ...text.map(paragraph));
  const actions = element('div', '');
  actions.className = 'release-notice-actions';
  section.append(actions);
  document.title = title;
  document.body.replaceChildren(section);
  heading.focus();
  return new Promise((resolve) => {
    for (const [index, { answer, label }] of choices.entries()) {
      const button = element('button', label);
      if (index === 0) button.dataset.kind = 'primary';
      button.addEventListener('click', () => {
        for (const each of actions.querySelectorAll('button')) each.disabled = true;
        resolve(answer);
      });
      actions.append(button);
    }
  });
}

function paragraph(content: NoticeText['text'][number]): HTMLElement {
  if (typeof content === 'string') return element('p', content);
  const line = element('p', '');
  line.append(element('code', content.code));
  return line;
}

function element<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  text: string,
): HTMLElementTagNameMap[Tag] {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}
