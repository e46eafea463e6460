/// Reads whole files; tests give it a table instead of a disk.
package struct FileReader: Sendable {
    /// The content of the file at an absolute path.
    package var read: @Sendable (_ path: String) throws -> [UInt8]
    /// Whether there is a file at a path.
    package var exists: @Sendable (_ path: String) -> Bool
    /// What relative paths on the command line and in the environment start from.
    package var workingDirectory: String

    package init(
        workingDirectory: String, exists: @escaping @Sendable (String) -> Bool,
        read: @escaping @Sendable (String) throws -> [UInt8]
    ) {
        self.workingDirectory = workingDirectory
        self.exists = exists
        self.read = read
    }

    /// The files of this machine.
    package static var disk: FileReader {
        FileReader(
            workingDirectory: Platform.workingDirectory, exists: Platform.exists, read: Platform.contents)
    }

    /// `path` itself when it is absolute; otherwise the path from the folder that holds `file`.
    func absolute(_ path: String, besides file: String) -> String {
        if path.hasPrefix("/") { return path }
        let absolute = file.hasPrefix("/") ? file : "\(workingDirectory)/\(file)"
        guard let slash = absolute.lastIndex(of: "/") else { return path }
        return "\(absolute[..<slash])/\(path)"
    }
}
