import Dispatch

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// Runs one program to its end and collects what it prints.
struct ChildProcess: Sendable {
    /// Looked up in `PATH` when it has no slash.
    var command: String
    var arguments: [String]
    /// The whole environment, `NAME=value`.
    var environment: [String]

    /// How long a program may take before it is killed.
    static let duration = Duration.seconds(60)
    /// The most bytes a program may print.
    static let outputBytesMax = 1 << 20

    enum Failure: Error, Hashable, CustomStringConvertible {
        case notStarted(reason: String)
        case tookTooLong
        case printedTooMuch
        case ended(status: Int32)

        var description: String {
            switch self {
            case .notStarted(let reason): "could not be started: \(reason)"
            case .tookTooLong: "did not end within \(ChildProcess.duration)"
            case .printedTooMuch: "printed more than \(ChildProcess.outputBytesMax) bytes"
            case .ended(let status): "ended with status \(status)"
            }
        }
    }

    /// Standard output of the program; standard error goes to this program's own.
    func output() async throws -> [UInt8] {
        try await withCheckedThrowingContinuation { continuation in
            DispatchQueue.global().async {
                continuation.resume(with: Result { try runToEnd() })
            }
        }
    }

    private func runToEnd() throws -> [UInt8] {
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw Failure.notStarted(reason: Self.reason(errno)) }
        defer { close(ends[0]) }
        _ = fcntl(ends[0], F_SETFD, FD_CLOEXEC)
        _ = fcntl(ends[1], F_SETFD, FD_CLOEXEC)
        let process: pid_t
        do {
            process = try spawn(output: ends[1])
            close(ends[1])
        } catch {
            close(ends[1])
            throw error
        }
        var reaped = false
        defer { if !reaped { Self.kill(process) } }
        let bytes = try Self.readAll(ends[0])
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1, errno == EINTR {}
        reaped = true
        let exit = (status >> 8) & 0xff
        guard status & 0x7f == 0, exit == 0 else {
            throw Failure.ended(status: status & 0x7f == 0 ? exit : 128 + (status & 0x7f))
        }
        return bytes
    }

    private func spawn(output: Int32) throws -> pid_t {
        #if canImport(Darwin)
            var actions: posix_spawn_file_actions_t?
        #else
            var actions = posix_spawn_file_actions_t()
        #endif
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        var argv: [UnsafeMutablePointer<CChar>?] = ([command] + arguments).map { strdup($0) }
        var envp: [UnsafeMutablePointer<CChar>?] = environment.map { strdup($0) }
        argv.append(nil)
        envp.append(nil)
        defer { (argv + envp).forEach { free($0) } }
        var process: pid_t = 0
        let result = posix_spawnp(&process, command, &actions, nil, argv, envp)
        guard result == 0 else { throw Failure.notStarted(reason: Self.reason(result)) }
        return process
    }

    private static func readAll(_ descriptor: Int32) throws -> [UInt8] {
        let deadline = ContinuousClock.now.advanced(by: duration)
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4096)
        while true {
            let left = ContinuousClock.now.duration(to: deadline)
            guard left > .zero else { throw Failure.tookTooLong }
            var wait = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
            let ready = poll(&wait, 1, Int32(left.components.seconds * 1000 + 1000))
            if ready == 0 { throw Failure.tookTooLong }
            let count = read(descriptor, &chunk, chunk.count)
            if count == 0 { return bytes }
            if count < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                throw Failure.notStarted(reason: reason(errno))
            }
            bytes += chunk[..<count]
            if bytes.count > outputBytesMax { throw Failure.printedTooMuch }
        }
    }

    private static func kill(_ process: pid_t) {
        #if canImport(Darwin)
            Darwin.kill(process, SIGKILL)
        #elseif canImport(Musl)
            Musl.kill(process, SIGKILL)
        #else
            Glibc.kill(process, SIGKILL)
        #endif
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1, errno == EINTR {}
    }

    private static func reason(_ code: Int32) -> String { String(cString: strerror(code)) }
}
