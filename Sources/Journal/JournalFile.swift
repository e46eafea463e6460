#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// One open file of a journal, and what is done to files and folders around it.
///
/// Used by one thread at a time; calls block.
final class JournalFile: Sendable {
    let path: String
    private let descriptor: Int32

    private init(path: String, descriptor: Int32) {
        self.path = path
        self.descriptor = descriptor
    }

    deinit { close(descriptor) }

    /// Makes a file that does not exist, or opens one to append.
    static func open(_ path: String, isNew: Bool) throws -> JournalFile {
        let flags = O_WRONLY | O_APPEND | O_CLOEXEC | (isNew ? O_CREAT | O_EXCL : 0)
        return JournalFile(path: path, descriptor: try opened(path, flags))
    }

    /// Locks a file, made where it does not exist, against other processes until the lock is given up or the process
    /// ends.
    static func lock(_ path: String) throws -> JournalFile {
        let descriptor = try opened(path, O_RDWR | O_CREAT | O_CLOEXEC)
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            let code = errno
            close(descriptor)
            throw JournalFailure(
                path: path, problem: code == EWOULDBLOCK ? "another process uses this folder" : text(code),
                remedy: "End that process, or choose another folder")
        }
        return JournalFile(path: path, descriptor: descriptor)
    }

    /// The whole content of a file.
    static func content(of path: String) throws -> [UInt8] {
        let descriptor = try opened(path, O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        let size = Int(lseek(descriptor, 0, SEEK_END))
        guard size >= 0, lseek(descriptor, 0, SEEK_SET) == 0 else { throw failure(path, errno) }
        var count = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { buffer, initialized in
            while count < size {
                let got = pread(descriptor, buffer.baseAddress.map { $0 + count }, size - count, off_t(count))
                guard got > 0 else { break }
                count += got
            }
            initialized = count
        }
        guard bytes.count == size else { throw failure(path, errno) }
        return bytes
    }

    /// Appends all bytes.
    func append(_ bytes: [UInt8]) throws {
        var place = 0
        while place < bytes.count {
            let written = bytes.withUnsafeBytes {
                write(descriptor, $0.baseAddress.map { $0 + place }, $0.count - place)
            }
            guard written >= 0 else {
                if errno == EINTR { continue }
                throw Self.failure(path, errno)
            }
            place += written
        }
    }

    /// Waits until everything that was appended is on the disk.
    func sync() throws {
        guard Self.synced(descriptor) == 0 else { throw Self.failure(path, errno) }
    }

    /// Cuts the file off.
    func truncate(to count: Int) throws {
        guard ftruncate(descriptor, off_t(count)) == 0 else { throw Self.failure(path, errno) }
        try sync()
    }

    /// Waits until the names in a folder are on the disk.
    static func syncFolder(_ path: String) throws {
        let descriptor = try opened(path, O_RDONLY | O_CLOEXEC)
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure(path, errno) }
    }

    /// Makes a folder, and those above it, where they do not exist.
    static func makeFolder(_ path: String) throws {
        var part = path.hasPrefix("/") ? "/" : ""
        for name in path.split(separator: "/") {
            part += part.isEmpty || part.hasSuffix("/") ? String(name) : "/\(name)"
            guard mkdir(part, 0o700) == 0 || errno == EEXIST || errno == EISDIR else { throw failure(part, errno) }
        }
    }

    /// The names in a folder, ascending.
    static func names(in folder: String) throws -> [String] {
        guard let listing = opendir(folder) else { throw failure(folder, errno) }
        defer { closedir(listing) }
        var names: [String] = []
        while let entry = readdir(listing) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            names.append(name)
        }
        return names.sorted()
    }

    static func rename(_ path: String, to other: String) throws {
        #if canImport(Darwin)
            let result = Darwin.rename(path, other)
        #elseif canImport(Musl)
            let result = Musl.rename(path, other)
        #else
            let result = Glibc.rename(path, other)
        #endif
        guard result == 0 else { throw failure(path, errno) }
    }

    static func remove(_ path: String) throws {
        guard unlink(path) == 0 else { throw failure(path, errno) }
    }

    static func removeFolder(_ path: String) throws {
        guard rmdir(path) == 0 else { throw failure(path, errno) }
    }

    private static func opened(_ path: String, _ flags: Int32) throws -> Int32 {
        #if canImport(Darwin)
            let descriptor = Darwin.open(path, flags, 0o600)
        #elseif canImport(Musl)
            let descriptor = Musl.open(path, flags, 0o600)
        #else
            let descriptor = Glibc.open(path, flags, 0o600)
        #endif
        guard descriptor >= 0 else { throw failure(path, errno) }
        return descriptor
    }

    private static func synced(_ descriptor: Int32) -> Int32 {
        #if canImport(Darwin)
            fcntl(descriptor, F_FULLFSYNC)
        #else
            fdatasync(descriptor)
        #endif
    }

    private static func failure(_ path: String, _ code: Int32) -> JournalFailure {
        let remedy =
            code == ENOSPC || code == EDQUOT
            ? "Make room on the disk" : "Make sure that the folder exists and may be read and written"
        return JournalFailure(path: path, problem: text(code), remedy: remedy)
    }

    private static func text(_ code: Int32) -> String { String(cString: strerror(code)) }
}
