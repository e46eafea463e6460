import FoundationEssentials
import JSON
import KubernetesClient

/// Manifests that a command is given with `-f`.
enum ManifestInput {
    /// The most bytes that are read from standard input.
    private static let bytesMax = 64 << 20

    /// The documents of a file, of every manifest in a folder, or of standard input for `-`.
    ///
    /// - Throws: `UsageProblem` naming the file and the line.
    static func documents(in path: String) throws -> [JSONValue] {
        if path == "-" { return try parse(try standardInput(), "standard input") }
        var isFolder = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw UsageProblem("\(path) does not exist. Name a file with -f.")
        }
        if isFolder {
            return try ManifestFiles.paths(in: path).flatMap { try ManifestFiles.documents(in: $0) }
        }
        return try ManifestFiles.documents(in: path)
    }

    private static func parse(_ text: String, _ source: String) throws -> [JSONValue] {
        do {
            return try YAMLDocuments.parse(text)
        } catch {
            throw UsageProblem("\(source): \(error)")
        }
    }

    private static func standardInput() throws -> String {
        var text = ""
        while let line = readLine(strippingNewline: false) {
            text += line
            guard text.utf8.count <= bytesMax else {
                throw UsageProblem("standard input is longer than \(bytesMax) bytes; name files with -f.")
            }
        }
        return text
    }
}
