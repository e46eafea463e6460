/// Why kept state cannot be read or written.
package struct JournalFailure: Error, Equatable, CustomStringConvertible {
    /// The file or folder.
    package var path: String
    /// The byte at which something is wrong, where it is a place in the file.
    package var offset: Int?
    package var problem: String
    package var remedy: String

    package init(path: String, offset: Int? = nil, problem: String, remedy: String) {
        self.path = path
        self.offset = offset
        self.problem = problem
        self.remedy = remedy
    }

    package var description: String {
        let place = offset.map { "\(path), byte \($0)" } ?? path
        return "\(place): \(problem). \(remedy)."
    }

    static func damaged(_ path: String, at offset: Int, _ problem: String) -> JournalFailure {
        JournalFailure(
            path: path, offset: offset, problem: problem,
            remedy: "The folder is left as it is: restore it from a copy, or start with another folder")
    }
}
