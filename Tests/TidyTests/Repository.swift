import Foundation

/// The sources as text, for tests about how the code is written.
struct Repository {
    struct File {
        /// From the root of the repository.
        var path: String
        var lines: [String]

        /// The second component: the module of a source, the suite of a test.
        var module: String { path.split(separator: "/").dropFirst().first.map(String.init) ?? "" }
    }

    var root: URL

    init(file: String = #filePath) {
        root = URL(fileURLWithPath: file).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
    }

    func text(_ path: String) throws -> String {
        try String(contentsOf: root.appendingPathComponent(path), encoding: .utf8)
    }

    /// Every Swift file below a folder, sorted.
    func swiftFiles(below folder: String) throws -> [File] {
        let start = root.appendingPathComponent(folder)
        let names = FileManager.default.enumerator(atPath: start.path)?.compactMap { $0 as? String } ?? []
        return try names.filter { $0.hasSuffix(".swift") }.sorted().map { name in
            let path = "\(folder)/\(name)"
            return File(path: path, lines: try text(path).components(separatedBy: "\n"))
        }
    }
}

/// One violation, as a line a person can click on.
struct Violation: CustomStringConvertible {
    var place: String
    var problem: String

    var description: String { "\(place): \(problem)" }
}
