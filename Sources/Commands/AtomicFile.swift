import FoundationEssentials

/// Files that a reader sees whole, in their former or in their present form.
enum AtomicFile {
    /// Replaces the file's content; `mode` are its permission bits.
    static func write(_ text: String, to path: String, mode: Int) throws {
        let temporary = "\(path).\(ProcessInfo.processInfo.processIdentifier).tmp"
        guard
            FileManager.default.createFile(
                atPath: temporary, contents: Data(text.utf8), attributes: [.posixPermissions: mode])
        else {
            throw UsageProblem("\(path) cannot be written: is its folder there, and may this user write to it?")
        }
        if rename(temporary, path) != 0 {
            throw UsageProblem("\(path) cannot be replaced: is it a folder?")
        }
    }
}

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif
