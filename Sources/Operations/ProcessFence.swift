package import ControllerRuntime
import Synchronization

#if canImport(Musl)
    import Musl
#elseif canImport(Glibc)
    import Glibc
#endif

/// A timer of the kernel that kills this process at the end of its tenure while a write is open.
///
/// A process can be stopped between its last look at the clock and the system call that sends. No check of its own can
/// help there; the kernel's can, since SIGKILL reaches a stopped process before its next instruction. Linux only; on
/// other systems `init` fails.
package final class ProcessFence: TenureFence {
    #if canImport(Glibc) || canImport(Musl)
        /// A `timer_t`: a handle that any thread may use, kept as its bits.
        private let timer: Mutex<UInt>

        /// `nil` when the kernel gives no timer.
        package init?() {
            var event = sigevent()
            event.sigev_notify = Int32(SIGEV_SIGNAL)
            event.sigev_signo = SIGKILL
            var timer: timer_t?
            guard timer_create(SteadyClock.id, &event, &timer) == 0 else { return nil }
            self.timer = Mutex(UInt(bitPattern: timer))
        }

        deinit {
            timer.withLock { _ = timer_delete(timer_t(bitPattern: $0)) }
        }

        package func arm(at time: SteadyTime) {
            // 0 would disarm; a time that has passed fires at once.
            set(max(time.nanoseconds, 1))
        }

        package func disarm() {
            set(0)
        }

        private func set(_ nanoseconds: Int64) {
            var setting = itimerspec()
            setting.it_value.tv_sec = Int(nanoseconds / 1_000_000_000)
            setting.it_value.tv_nsec = Int(nanoseconds % 1_000_000_000)
            timer.withLock { bits in
                let result = timer_settime(timer_t(bitPattern: bits), Int32(TIMER_ABSTIME), &setting, nil)
                precondition(result == 0, "the timer exists and the time is valid")
            }
        }
    #else
        package init?() { nil }

        package func arm(at time: SteadyTime) {}

        package func disarm() {}
    #endif
}
