import Logging

/// A folder with snapshots and journals, locked against other processes.
///
/// `snapshot-N` is the state at the beginning of `journal-N`; what came later is in the journals from N on.
final class JournalFolder: Sendable {
    let path: String
    private let lock: JournalFile

    init(_ path: String) throws {
        self.path = path
        try JournalFile.makeFolder(path)
        lock = try JournalFile.lock("\(path)/lock")
        for name in try JournalFile.names(in: path) where name.hasSuffix(Self.partialSuffix) {
            try JournalFile.remove("\(path)/\(name)")
        }
    }

    private static let partialSuffix = ".partial"

    /// Where new frames go.
    struct End: Equatable {
        /// Of the last journal.
        var journal: Int
        var salt: UInt64
        /// Of its last frame; 0 where there is none.
        var frame: UInt64
        /// Its length in bytes.
        var count: Int
    }

    /// Hands every kept record to `take`, the snapshot's first, and cuts an interrupted write off the last journal.
    ///
    /// - Returns: where to go on; `nil` when nothing was ever kept here.
    /// - Throws: `JournalFailure` with the file and the place for damage, or for a record that `take` refuses.
    func recover(logger: Logger, _ take: (ArraySlice<UInt8>) throws -> Void) throws -> End? {
        let journals = try numbers("journal")
        guard let snapshot = try numbers("snapshot").last else {
            for number in journals { try removeEmptyJournal(number) }
            return nil
        }
        let whole = try JournalReader(path: snapshotPath(snapshot)).readAll(take)
        guard whole.isWhole else { throw whole.damage }
        let later = journals.filter { $0 >= snapshot }
        guard let last = later.last, later == Array(snapshot...last) else {
            throw JournalFailure(
                path: path, problem: "a journal after snapshot-\(snapshot) is missing",
                remedy: "Restore the folder from a copy, or start with another folder")
        }
        var end: End?
        for number in later {
            let read = try JournalReader(path: journalPath(number)).readAll(take)
            if !read.isWhole {
                guard number == last, read.next == nil else { throw read.damage }
                try cut(read, logger)
            }
            end = End(
                journal: number, salt: read.salt, frame: read.frame, count: max(read.end, JournalFrame.fileHeaderCount))
        }
        return end
    }

    /// Begins the journal with that number.
    func makeJournal(_ number: Int) throws -> (file: JournalFile, end: End) {
        let salt = UInt64.random(in: .min ... .max)
        let file = try JournalFile.open(journalPath(number), isNew: true)
        let header = JournalFrame.fileHeader(salt: salt)
        try file.append(header)
        try file.sync()
        try JournalFile.syncFolder(path)
        return (file, End(journal: number, salt: salt, frame: 0, count: header.count))
    }

    func openJournal(_ number: Int) throws -> JournalFile {
        try JournalFile.open(journalPath(number), isNew: false)
    }

    /// Keeps a snapshot, and removes what it replaces.
    ///
    /// - Parameter content: hands out its records.
    /// - Returns: its length in bytes.
    static func writeSnapshot(
        _ number: Int, in path: String, _ content: ((([UInt8]) throws -> Void) throws -> Void)
    ) throws -> Int {
        let final = "\(path)/\(name("snapshot", number))"
        let partial = final + partialSuffix
        let salt = UInt64.random(in: .min ... .max)
        var count = 0
        do {
            let file = try JournalFile.open(partial, isNew: true)
            try file.append(JournalFrame.fileHeader(salt: salt))
            var frame: UInt64 = 0
            try content { record in
                frame += 1
                let bytes = JournalFrame.encoded([record], number: frame, salt: salt)
                count += bytes.count
                try file.append(bytes)
            }
            try file.sync()
        }
        try JournalFile.rename(partial, to: final)
        try JournalFile.syncFolder(path)
        for (kind, old) in try allNumbers(in: path) where old < number {
            try JournalFile.remove("\(path)/\(name(kind, old))")
        }
        return count
    }

    private func cut(_ read: JournalReader.Result, _ logger: Logger) throws {
        logger.warning(
            "the end of a journal is an interrupted write and was cut off; nothing in it had been acknowledged",
            metadata: ["file": "\(read.path)", "offset": "\(read.end)", "bytes": "\(read.count - read.end)"])
        let file = try JournalFile.open(read.path, isNew: false)
        if read.end == 0 {
            // Not even the header was whole.
            try file.truncate(to: 0)
            try file.append(JournalFrame.fileHeader(salt: read.salt))
            try file.sync()
        } else {
            try file.truncate(to: read.end)
        }
    }

    /// A journal without a snapshot was made by a process that ended before it kept anything.
    private func removeEmptyJournal(_ number: Int) throws {
        let read = try JournalReader(path: journalPath(number)).readAll { _ in }
        guard read.frame == 0, read.next == nil else {
            throw JournalFailure(
                path: read.path, problem: "there is no snapshot that this journal could follow",
                remedy: "Restore the folder from a copy, or start with another folder")
        }
        try JournalFile.remove(read.path)
    }

    private func snapshotPath(_ number: Int) -> String { "\(path)/\(Self.name("snapshot", number))" }
    private func journalPath(_ number: Int) -> String { "\(path)/\(Self.name("journal", number))" }

    private func numbers(_ kind: String) throws -> [Int] {
        try Self.allNumbers(in: path).filter { $0.kind == kind }.map(\.number)
    }

    private static func allNumbers(in path: String) throws -> [(kind: String, number: Int)] {
        try JournalFile.names(in: path).compactMap { name in
            let parts = name.split(separator: "-", omittingEmptySubsequences: false)
            guard parts.count == 2, parts[0] == "snapshot" || parts[0] == "journal", let number = Int(parts[1]) else {
                return nil
            }
            return (String(parts[0]), number)
        }
    }

    /// `journal-00000012`, so that names sort as numbers do.
    private static func name(_ kind: String, _ number: Int) -> String {
        let digits = String(number)
        return "\(kind)-\(String(repeating: "0", count: max(0, 8 - digits.count)))\(digits)"
    }
}
