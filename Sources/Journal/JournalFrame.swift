/// The records that became safe together, as they stand in a file.
///
/// A file is a header and frames. The next frame is only begun when the one before is on the disk; so a frame that is
/// not whole is the end of an interrupted write where nothing follows it, and damage where a whole frame follows.
///
///     file:    "weirjnl1"  salt (8)  checksum of both (4)
///     frame:   "WJFR"  length of the payload (4)  number (8)  checksum of salt, number, length, payload (4)  payload
///     payload: for each record its length (4) and its bytes
///
/// Numbers are little-endian. Frames are numbered from 1 in every file. The salt, different in each file, keeps bytes
/// within a record, or left over from another file, from looking like a frame.
enum JournalFrame {
    static let fileHeaderCount = 20
    static let headerCount = 20
    /// The most bytes of one payload; a longer length is damage.
    static let payloadMax = 1 << 30

    private static let fileMagic = Array("weirjnl1".utf8)
    private static let magic = Array("WJFR".utf8)

    /// The first bytes of a file.
    static func fileHeader(salt: UInt64) -> [UInt8] {
        var bytes = fileMagic
        bytes.append(salt)
        var checksum = Checksum()
        checksum.add(bytes)
        bytes.append(checksum.value)
        return bytes
    }

    /// The salt of a file that begins with these bytes; `nil` when it is no header.
    static func salt(of file: [UInt8]) -> UInt64? {
        guard file.count >= fileHeaderCount, file.starts(with: fileMagic) else { return nil }
        var checksum = Checksum()
        checksum.add(file[..<16])
        guard checksum.value == file.number(at: 16, as: UInt32.self) else { return nil }
        return file.number(at: 8, as: UInt64.self)
    }

    /// The bytes of a frame.
    static func encoded(_ records: [[UInt8]], number: UInt64, salt: UInt64) -> [UInt8] {
        let length = records.reduce(0) { $0 + $1.count + 4 }
        precondition(length <= payloadMax, "a frame holds at most \(payloadMax) bytes")
        var payload: [UInt8] = []
        payload.reserveCapacity(length)
        for record in records {
            payload.append(UInt32(record.count))
            payload += record
        }
        var bytes = magic
        bytes.reserveCapacity(headerCount + length)
        bytes.append(UInt32(length))
        bytes.append(number)
        bytes.append(checksum(payload, number: number, salt: salt))
        return bytes + payload
    }

    /// The records of the frame that begins at a place, and the place after it; `nil` when there is no whole frame.
    ///
    /// - Parameter number: of the frame; `nil` takes any.
    static func read(
        _ file: [UInt8], at place: Int, number: UInt64?, salt: UInt64
    ) -> (records: [ArraySlice<UInt8>], end: Int)? {
        guard place + headerCount <= file.count, file[place..<place + 4].elementsEqual(magic) else { return nil }
        let length = Int(file.number(at: place + 4, as: UInt32.self))
        let found = file.number(at: place + 8, as: UInt64.self)
        let start = place + headerCount
        guard length <= payloadMax, start + length <= file.count, number == nil || number == found else { return nil }
        let payload = file[start..<start + length]
        guard checksum(payload, number: found, salt: salt) == file.number(at: place + 16, as: UInt32.self) else {
            return nil
        }
        return records(payload, of: file).map { ($0, start + length) }
    }

    /// Where the next whole frame begins after a place; `nil` when there is none.
    static func nextFrame(in file: [UInt8], after place: Int, salt: UInt64) -> Int? {
        var place = place + 1
        while place + headerCount <= file.count {
            if file[place] == magic[0], read(file, at: place, number: nil, salt: salt) != nil { return place }
            place += 1
        }
        return nil
    }

    private static func records(_ payload: ArraySlice<UInt8>, of file: [UInt8]) -> [ArraySlice<UInt8>]? {
        var records: [ArraySlice<UInt8>] = []
        var place = payload.startIndex
        while place < payload.endIndex {
            guard place + 4 <= payload.endIndex else { return nil }
            let length = Int(file.number(at: place, as: UInt32.self))
            place += 4
            guard place + length <= payload.endIndex else { return nil }
            records.append(payload[place..<place + length])
            place += length
        }
        return records
    }

    private static func checksum(_ payload: some Collection<UInt8>, number: UInt64, salt: UInt64) -> UInt32 {
        var head: [UInt8] = []
        head.append(salt)
        head.append(number)
        head.append(UInt32(payload.count))
        var checksum = Checksum()
        checksum.add(head)
        checksum.add(payload)
        return checksum.value
    }
}

extension [UInt8] {
    /// Appends a number, lowest byte first.
    fileprivate mutating func append<Number: FixedWidthInteger>(_ number: Number) {
        for step in 0..<Number.bitWidth / 8 { append(UInt8(truncatingIfNeeded: number >> Number(8 * step))) }
    }

    /// The number that begins at a place, lowest byte first.
    fileprivate func number<Number: FixedWidthInteger>(at place: Int, as type: Number.Type) -> Number {
        (0..<Number.bitWidth / 8).reduce(Number(0)) { $0 | Number(self[place + $1]) << Number(8 * $1) }
    }
}
