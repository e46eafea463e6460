import Metrics
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
#if canImport(Musl)
    import Musl
#elseif canImport(Glibc)
    import Glibc
#endif

/// What the kernel says about this process, under the names that Prometheus' client libraries use. Linux only;
/// elsewhere nothing is measured.
package struct ProcessStatistics: Equatable, Sendable {
    package var cpuSeconds: Double
    package var startSeconds: Double
    package var virtualBytes: Double
    package var residentBytes: Double

    /// How much of the CPU time has been counted.
    private static let counted = Mutex(0.0)

    /// Reads `/proc/self/stat`, and the time of boot in `/proc/stat`.
    ///
    /// - Parameters:
    ///   - ticksPerSecond: the unit of times in `stat`.
    ///   - pageBytes: the unit of the resident size.
    package init?(stat: String, bootStat: String, ticksPerSecond: Double, pageBytes: Double) {
        // The name in parentheses may hold anything; what follows is numbers.
        guard let end = stat.lastIndex(of: ")") else { return nil }
        let fields = stat[stat.index(after: end)...].split(separator: " ").map(String.init)
        guard fields.count > 21, let user = Double(fields[11]), let system = Double(fields[12]),
            let start = Double(fields[19]), let virtual = Double(fields[20]), let pages = Double(fields[21]),
            let line = bootStat.split(separator: "\n").first(where: { $0.hasPrefix("btime ") }),
            let boot = Double(line.dropFirst(6))
        else { return nil }
        cpuSeconds = (user + system) / ticksPerSecond
        startSeconds = boot + start / ticksPerSecond
        virtualBytes = virtual
        residentBytes = pages * pageBytes
    }

    /// Measures this process now.
    package static func publish() {
        #if canImport(Glibc) || canImport(Musl)
            let files = FileManager.default
            guard let stat = files.contents(atPath: "/proc/self/stat"),
                let boot = files.contents(atPath: "/proc/stat"),
                let now = ProcessStatistics(
                    stat: String(decoding: stat, as: UTF8.self), bootStat: String(decoding: boot, as: UTF8.self),
                    ticksPerSecond: Double(sysconf(Int32(_SC_CLK_TCK))),
                    pageBytes: Double(sysconf(Int32(_SC_PAGESIZE))))
            else { return }
            now.publish()
        #endif
    }

    private func publish() {
        let gained = Self.counted.withLock { counted in
            defer { counted = max(counted, cpuSeconds) }
            return max(0, cpuSeconds - counted)
        }
        FloatingPointCounter(label: "process_cpu_seconds_total").increment(by: gained)
        Meter(label: "process_start_time_seconds").set(startSeconds)
        Meter(label: "process_virtual_memory_bytes").set(virtualBytes)
        Meter(label: "process_resident_memory_bytes").set(residentBytes)
    }
}
