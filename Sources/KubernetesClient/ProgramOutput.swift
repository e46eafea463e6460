/// Runs programs that print credentials, for other clients.
package enum ProgramOutput {
    /// What a program prints, at most 1 MiB in at most a minute; standard error goes to this program's own.
    ///
    /// - Parameters:
    ///   - command: looked up in `PATH` when it has no slash.
    ///   - environment: the whole of it, `NAME=value`.
    /// - Throws: a description of what went wrong, without what was printed.
    package static func read(
        _ command: String, _ arguments: [String], environment: [String]
    ) async throws -> [UInt8] {
        try await ChildProcess(command: command, arguments: arguments, environment: environment).output()
    }
}
