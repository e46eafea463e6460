extension JSONValue {
    /// The document in these bytes. Throws `JSONError` with the offset when they are not JSON.
    package init(parsing bytes: [UInt8]) throws(JSONError) {
        self = try bytes.withUnsafeBytes { buffer in Self.result(of: buffer) }.get()
    }

    /// The document in this string; offsets of errors count UTF-8 bytes.
    package init(parsing text: String) throws(JSONError) {
        var text = text
        self = try text.withUTF8 { buffer in Self.result(of: UnsafeRawBufferPointer(buffer)) }.get()
    }

    /// The document in these bytes, which are only read during the call.
    package init(parsing buffer: UnsafeRawBufferPointer) throws(JSONError) {
        guard let start = buffer.baseAddress else {
            throw JSONError(offset: 0, problem: .endOfInput(expected: .value))
        }
        var parser = JSONParser(start.assumingMemoryBound(to: UInt8.self), count: buffer.count)
        self = try parser.parseDocument()
    }

    /// The document in any bytes, such as a network buffer's view.
    package init(parsing bytes: some Sequence<UInt8>) throws(JSONError) {
        let contiguous = bytes.withContiguousStorageIfAvailable { buffer in
            Self.result(of: UnsafeRawBufferPointer(buffer))
        }
        if let contiguous {
            self = try contiguous.get()
        } else {
            self = try JSONValue(parsing: Array(bytes))
        }
    }

    private static func result(of buffer: UnsafeRawBufferPointer) -> Result<JSONValue, JSONError> {
        do throws(JSONError) { return .success(try JSONValue(parsing: buffer)) } catch { return .failure(error) }
    }
}
