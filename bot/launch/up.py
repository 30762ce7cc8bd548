"""The whole start: check, prepare, start, wait until healthy, stay until Ctrl-C."""

import signal
import subprocess
import time
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import FrameType

from pydantic import ValidationError
from rich.console import Console

from bot.gateway.settings import GatewaySettings, wrong_settings
from bot.launch.chatwoot_check import chatwoot_trouble
from bot.launch.instance import Instance, local_address, plan_instance, single_start
from bot.launch.preflight import lacks
from bot.launch.preparation import holds_demo_shop_only, prepare, refuse_demo_shop
from bot.launch.probe import answers
from bot.launch.supervision import Service, last_lines, services, start_supervisor, stop_supervisor

READY_TIMEOUT_S = 240.0


class StartError(RuntimeError):
    """The instance cannot start, or did not become healthy; the text is for the merchant."""


def is_ready(service: Service) -> bool:
    """Ask a process whether it is ready."""
    return answers(service.port, service.ready_path, timeout_s=2, host=local_address(service.host))


def wait_until_ready(instance: Instance, process: subprocess.Popen[bytes], console: Console) -> None:
    """Wait for all four processes, saying which one is awaited.

    Raises:
        StartError: one was not ready in time, or the supervisor ended; the end of its log is shown.
    """
    deadline = time.monotonic() + READY_TIMEOUT_S
    with console.status("starting") as status:
        for service in services(instance):
            status.update(f"waiting for {service.name}")
            while not is_ready(service):
                if process.poll() is not None:
                    log = instance.data / "logs" / "supervisor.log"
                    raise StartError(f"the supervisor ended:\n{last_lines(log)}")
                if time.monotonic() > deadline:
                    log = instance.data / "logs" / f"{service.name}.log"
                    raise StartError(f"{service.name} is not ready after {READY_TIMEOUT_S:.0f} s:\n{last_lines(log)}")
                time.sleep(0.1)


def check_before_start(data_dir: Path, console: Console) -> None:
    """Look whether a start can succeed; what may pass by itself is only said.

    Raises:
        StartError: something is missing or set wrongly.
    """
    missing = list(lacks(data_dir))
    try:
        trouble = chatwoot_trouble(GatewaySettings())
    except ValidationError as error:
        missing += wrong_settings(error)
    else:
        if trouble is not None and trouble.is_wrong:
            missing.append(trouble.text)
        elif trouble is not None:
            console.print(f"[yellow]{trouble.text}[/yellow]", soft_wrap=True)
    if missing:
        raise StartError("\n".join(missing))


def _interrupt(number: int, _frame: FrameType | None) -> None:
    if number == signal.SIGHUP:  # the terminal and the shell both send it: the second shall not cut the stop short
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    raise KeyboardInterrupt


def stop_on_signals() -> None:
    """Let a request to stop, Ctrl-C and the end of the session's terminal stop an instance as a whole."""
    signal.signal(signal.SIGTERM, _interrupt)
    signal.signal(signal.SIGINT, _interrupt)  # a shell ignores it for what it starts in the background
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:  # nohup ignores it: such an instance is to outlive it
        signal.signal(signal.SIGHUP, _interrupt)


def run_up(data_dir: Path, host: str, port: int, *, demo: bool, console: Console) -> None:
    """Start an instance and stay until it is interrupted.

    Raises:
        StartError, PortInUseError, PreparationError, RuntimeError: with a text for the merchant.
    """
    stop_on_signals()
    started = time.monotonic()
    check_before_start(data_dir, console)
    with single_start(data_dir):
        instance = plan_instance(data_dir, host, port)
        refuse_demo_shop(instance, demo=demo)
        prepare(instance, console, demo=demo)
        instance = replace(instance, demo=demo and holds_demo_shop_only(instance))
        process = start_supervisor(instance)
        try:
            wait_until_ready(instance, process, console)
            instance.save()
            console.print(f"ready after {time.monotonic() - started:.0f} s: [bold]{instance.gateway_url}/[/bold]")
            console.print(f"logs are in {instance.data / 'logs'}; Ctrl-C stops everything")
            process.wait()
            raise StartError(f"the supervisor ended:\n{last_lines(instance.data / 'logs' / 'supervisor.log')}")
        except KeyboardInterrupt:
            with suppress(OSError):  # the terminal may be gone
                console.print("stopping")
        finally:
            with suppress(KeyboardInterrupt):
                stop_supervisor(process)
