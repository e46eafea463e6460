package import ControllerRuntime

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// This machine's own time: `CLOCK_BOOTTIME`, which goes on while the process is stopped and the machine suspended.
package enum SteadyClock {
    #if canImport(Darwin)
        static let id = CLOCK_MONOTONIC
    #else
        static let id = CLOCK_BOOTTIME
    #endif

    /// Now.
    @Sendable package static func now() -> SteadyTime {
        var time = timespec()
        let result = clock_gettime(id, &time)
        precondition(result == 0, "every system has this clock")
        return SteadyTime(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}
