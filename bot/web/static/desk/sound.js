// Two short sounds, made here: one for a message, one for somebody who waits.
import { prefer, preference } from "./preferences.js";

const TUNES = { message: [[880, 0], [1175, 0.09]], queue: [[659, 0], [659, 0.16]] }; // [hertz, seconds from now]
const LOUDNESS = 0.07;

export class Sound {
	on = preference("sound", true);

	/** Turn it on or off; it stays so in this browser. */
	toggle() {
		this.on = !this.on;
		prefer("sound", this.on);
		if (this.on) this.play("message");
	}

	/** Play a tune; silent until the page was touched once, as browsers want it. */
	play(name) {
		if (!this.on || !(navigator.userActivation?.hasBeenActive ?? true)) return;
		this.context ??= new AudioContext();
		this.context.resume();
		for (const [hertz, at] of TUNES[name]) this.tone(hertz, this.context.currentTime + at);
	}

	tone(hertz, at) {
		const [tone, loudness] = [this.context.createOscillator(), this.context.createGain()];
		tone.frequency.value = hertz;
		loudness.gain.setValueAtTime(0, at);
		loudness.gain.linearRampToValueAtTime(LOUDNESS, at + 0.01);
		loudness.gain.exponentialRampToValueAtTime(0.0001, at + 0.14);
		tone.connect(loudness).connect(this.context.destination);
		tone.start(at);
		tone.stop(at + 0.15);
	}
}
