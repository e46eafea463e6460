import Testing

@testable import Journal

@Suite("Frames of a journal")
struct JournalFrameTests {
    private static let salt: UInt64 = 0x0123_4567_89AB_CDEF

    /// A file with a frame for each group of records.
    private func file(_ frames: [[String]]) -> [UInt8] {
        var bytes = JournalFrame.fileHeader(salt: Self.salt)
        for (index, records) in frames.enumerated() {
            bytes += JournalFrame.encoded(
                records.map { Array($0.utf8) }, number: UInt64(index + 1), salt: Self.salt)
        }
        return bytes
    }

    @Test(arguments: [("", 0 as UInt32), ("123456789", 0xE306_9283), ("a", 0xC1D0_4330)])
    func `the checksum is CRC-32C`(text: String, expected: UInt32) {
        var checksum = Checksum()
        checksum.add(Array(text.utf8))
        #expect(checksum.value == expected)
    }

    @Test func `the checksum of parts is that of the whole`() {
        let bytes = (0..<100).map { UInt8($0) }
        var whole = Checksum()
        whole.add(bytes)
        for cut in 0...100 {
            var parts = Checksum()
            parts.add(bytes[..<cut])
            parts.add(bytes[cut...])
            #expect(parts.value == whole.value)
        }
    }

    @Test func `a frame holds its records`() throws {
        let bytes = file([["one", ""], ["two"]])
        let first = try #require(JournalFrame.read(bytes, at: 20, number: 1, salt: Self.salt))
        #expect(first.records.map { String(decoding: $0, as: UTF8.self) } == ["one", ""])
        let second = try #require(JournalFrame.read(bytes, at: first.end, number: 2, salt: Self.salt))
        #expect(second.records.map { String(decoding: $0, as: UTF8.self) } == ["two"])
        #expect(second.end == bytes.count)
    }

    @Test func `one wrong bit anywhere makes it no frame`() {
        let bytes = file([["one", "two"]])
        for place in 20..<bytes.count {
            for bit in 0..<8 {
                var wrong = bytes
                wrong[place] ^= 1 << UInt8(bit)
                #expect(JournalFrame.read(wrong, at: 20, number: 1, salt: Self.salt) == nil)
            }
        }
    }

    @Test func `a frame within a record is no frame of the file`() {
        let other = JournalFrame.encoded([Array("x".utf8)], number: 2, salt: 1)
        var bytes = JournalFrame.fileHeader(salt: Self.salt)
        bytes += JournalFrame.encoded([other], number: 1, salt: Self.salt)
        bytes.removeLast()
        #expect(JournalFrame.nextFrame(in: bytes, after: 20, salt: Self.salt) == nil)
    }
}
