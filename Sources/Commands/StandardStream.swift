#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Standard output or standard error, written whole lines at a time.
package enum StandardStream: Sendable {
    case output
    case error

    private var descriptor: Int32 { self == .output ? STDOUT_FILENO : STDERR_FILENO }

    /// Writes all of `text`; a closed pipe ends the writing silently, as with any Unix filter.
    package func write(_ text: String) {
        var bytes = Array(text.utf8)[...]
        while !bytes.isEmpty {
            let written = bytes.withUnsafeBytes { buffer -> Int in
                guard let base = buffer.baseAddress else { return 0 }
                #if canImport(Glibc)
                    return Glibc.write(descriptor, base, buffer.count)
                #else
                    return Darwin.write(descriptor, base, buffer.count)
                #endif
            }
            if written < 0, errno == EINTR { continue }
            guard written > 0 else { return }
            bytes = bytes.dropFirst(written)
        }
    }

    /// Writes `text` and a line break.
    package func line(_ text: String) {
        write(text + "\n")
    }

    /// Whether a person is looking: the stream is a terminal.
    package var isTerminal: Bool { isatty(descriptor) == 1 }
}
