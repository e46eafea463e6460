/// Reads one file of a journal from its beginning.
struct JournalReader {
    /// What was found.
    struct Result {
        var path: String
        var salt: UInt64
        /// The number of the last whole frame; 0 where there is none.
        var frame: UInt64
        /// Where the whole part of the file ends; 0 when the header is not whole.
        var end: Int
        /// The length of the file.
        var count: Int
        /// Where a whole frame begins after the part that is not whole.
        var next: Int?

        /// Whether there is nothing but whole frames.
        var isWhole: Bool { end == count && count > 0 }

        /// What to say about what is not whole.
        var damage: JournalFailure {
            let problem = next.map { "the record is damaged; an undamaged one follows at byte \($0)" }
            return .damaged(path, at: end, problem ?? "the record is damaged or not complete")
        }
    }

    let path: String

    /// Hands out the records of all whole frames.
    ///
    /// - Throws: `JournalFailure` with the place of a record that `take` refuses, or of a header that is damaged.
    func readAll(_ take: (ArraySlice<UInt8>) throws -> Void) throws -> Result {
        let file = try JournalFile.content(of: path)
        guard let salt = JournalFrame.salt(of: file) else {
            guard file.count <= JournalFrame.fileHeaderCount else {
                throw JournalFailure.damaged(path, at: 0, "the file does not begin as a journal of a known format does")
            }
            let salt = UInt64.random(in: .min ... .max)
            return Result(path: path, salt: salt, frame: 0, end: 0, count: file.count, next: nil)
        }
        var place = JournalFrame.fileHeaderCount
        var number: UInt64 = 0
        while place < file.count {
            guard let frame = JournalFrame.read(file, at: place, number: number + 1, salt: salt) else {
                let next = JournalFrame.nextFrame(in: file, after: place, salt: salt)
                return Result(path: path, salt: salt, frame: number, end: place, count: file.count, next: next)
            }
            for record in frame.records {
                do {
                    try take(record)
                } catch {
                    throw JournalFailure.damaged(path, at: place, "\(error)")
                }
            }
            number += 1
            place = frame.end
        }
        return Result(path: path, salt: salt, frame: number, end: place, count: file.count, next: nil)
    }
}
