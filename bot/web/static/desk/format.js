// Times and sums as people read them. Money comes in minor units, times as ISO 8601 or epoch milliseconds.
import { price } from "/widget/texts.js";
import { textsOf } from "./texts.js";

export { day } from "/widget/texts.js";

const clocks = new Map(); // making a format costs more than using it a hundred times

/** Format the hour and minute of a moment. */
export function clock(moment, language) {
	if (!clocks.has(language)) clocks.set(language, new Intl.DateTimeFormat(textsOf(language).lang, { timeStyle: "short" }));
	return clocks.get(language).format(new Date(moment));
}

/** Format minor units of a currency; a currency that the browser does not know is named as it is. */
export function money(minor, currency, language) {
	try {
		return price(minor, currency, language);
	} catch {
		return `${minor / 100} ${currency}`;
	}
}

/** Say a span of seconds: `42 s`, `12 min`, `1 h 5 min`. */
export function span(seconds, language) {
	const texts = textsOf(language);
	const whole = Math.max(0, Math.floor(seconds));
	if (whole < 60) return texts.seconds(whole);
	const minutes = Math.floor(whole / 60);
	return minutes < 60 ? texts.minutes(minutes) : texts.hours(Math.floor(minutes / 60), minutes % 60);
}

/** Say how long ago a moment was. */
export const since = (moment, language) => span((Date.now() - new Date(moment)) / 1000, language);

/** Format a date without the time. */
export const date = (moment, language) => new Intl.DateTimeFormat(textsOf(language).lang, { dateStyle: "medium" }).format(new Date(moment));

/** Turn a word of the assistant's (`return_item`) into one for people, where nobody gave it a title. */
export const plainWord = (word) => word.replaceAll("_", " ");
