#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Environment variables and files, as a value, so that look-ups can be tested without a process or a disk.
package struct HostEnvironment: Sendable {
    /// Environment variables; empty values count as not set.
    package var variables: [String: String]
    /// The text of the file at a path; `nil` when there is none or it may not be read.
    package var readFile: @Sendable (_ path: String) -> String?

    /// What a command line prints that is given to the system's shell; `nil` where none may be run.
    package var runCommand: (@Sendable (_ command: String) async throws -> [UInt8])?

    package init(
        variables: [String: String], readFile: @escaping @Sendable (_ path: String) -> String?,
        runCommand: (@Sendable (_ command: String) async throws -> [UInt8])? = nil
    ) {
        self.variables = variables
        self.readFile = readFile
        self.runCommand = runCommand
    }

    /// The environment of this process.
    package static var process: HostEnvironment {
        HostEnvironment(variables: ProcessInfo.processInfo.environment) { path in
            FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    /// The variable's value; `nil` when not set or empty.
    package subscript(name: String) -> String? {
        guard let value = variables[name], !value.isEmpty else { return nil }
        return value
    }

    /// `path` with a leading `~` replaced by the home directory.
    package func expand(_ path: String) -> String {
        guard path == "~" || path.hasPrefix("~/"), let home = self["HOME"] ?? self["USERPROFILE"] else { return path }
        return home + path.dropFirst()
    }
}
