#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif
#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif
package import KubernetesModel

/// What this module takes from the machine it runs on: files, environment, wall clock, base64.
package enum Platform {
    /// The folder relative paths start from.
    static var workingDirectory: String { FileManager.default.currentDirectoryPath }

    /// The environment variables of this process.
    package static var environment: [String: String] { ProcessInfo.processInfo.environment }

    /// Whether there is a file at a path.
    @Sendable static func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: path)
    }

    /// The content of a file.
    @Sendable static func contents(_ path: String) throws -> [UInt8] {
        do {
            return [UInt8](try Data(contentsOf: URL(filePath: path)))
        } catch let error as CocoaError {
            throw FileProblem(reason: reason(error))
        }
    }

    /// The wall clock.
    @Sendable package static func now() -> Timestamp {
        Timestamp(microseconds: Int64(Date().timeIntervalSince1970 * 1_000_000))
    }

    /// The bytes that a base64 text stands for, white space ignored; `nil` when it is not base64.
    static func decodeBase64(_ text: String) -> [UInt8]? {
        Data(base64Encoded: text.filter { !$0.isWhitespace }).map { [UInt8]($0) }
    }

    /// The base64 form of bytes, on one line.
    static func encodeBase64(_ bytes: [UInt8]) -> String { Data(bytes).base64EncodedString() }

    /// The 4 or 16 bytes of an IP address; `nil` for anything else.
    static func addressBytes(_ text: String) -> [UInt8]? {
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: count)
            if inet_pton(family, text, &bytes) == 1 { return bytes }
        }
        return nil
    }

    private static func reason(_ error: CocoaError) -> String {
        switch error.code {
        case .fileReadNoSuchFile, .fileNoSuchFile: "no such file"
        case .fileReadNoPermission: "permission denied"
        default: "\(error)"
        }
    }
}

/// Why a file could not be read.
struct FileProblem: Error, Hashable, CustomStringConvertible {
    var reason: String
    var description: String { reason }
}
