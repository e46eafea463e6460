import Dispatch
import Synchronization

#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// An HTTP server on loopback that answers as a test says, byte for byte, and misbehaves when it is told to.
final class ScriptedServer: Sendable {
    struct Request: Hashable, Sendable {
        var method: String
        /// As it stands in the request line.
        var target: String
        /// By lower-case name.
        var headers: [String: String]
        var body: String
    }

    /// What is done for one request, in order; the connection stays open after the last.
    enum Action: Sendable {
        case send(String)
        case sendBytes([UInt8])
        /// Waits.
        case pause(milliseconds: UInt32)
        /// Ends the connection in order.
        case close
        /// Ends it with a reset.
        case reset
        /// Says nothing more until the peer has gone.
        case hang
    }

    private struct State {
        var requests: [Request] = []
        var descriptors: Set<Int32> = []
        var isStopped = false
    }

    let port: Int
    private let listener: Int32
    private let answer: @Sendable (_ request: Request, _ index: Int) -> [Action]
    private let state = Mutex(State())

    /// Listens at once.
    ///
    /// - Parameters:
    ///   - port: 0 for a free one.
    ///   - answer: is asked for each request, with its number from 0 on.
    init(port: Int = 0, answer: @escaping @Sendable (_ request: Request, _ index: Int) -> [Action]) throws {
        listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var yes: Int32 = 1
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<Int32>.size))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = in_addr_t(INADDR_LOOPBACK).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let descriptor = listener
        let failed = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { generic in
                bind(descriptor, generic, length) != 0 || listen(descriptor, 16) != 0
                    || getsockname(descriptor, generic, &length) != 0
            }
        }
        guard !failed else { throw Problem(code: errno) }
        self.port = Int(in_port_t(bigEndian: address.sin_port))
        self.answer = answer
        DispatchQueue(label: "scripted server").async { self.accept() }
    }

    struct Problem: Error {
        var code: Int32
    }

    /// What has been asked, in order of arrival.
    var requests: [Request] { state.withLock { $0.requests } }

    /// Ends every connection, and takes no more.
    func stop() {
        let descriptors = state.withLock { state -> Set<Int32> in
            state.isStopped = true
            return state.descriptors
        }
        for descriptor in descriptors { shutdown(descriptor, Int32(SHUT_RDWR)) }
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private func accept() {
        while true {
            #if canImport(Darwin)
                let descriptor = Darwin.accept(listener, nil, nil)
            #elseif canImport(Musl)
                let descriptor = Musl.accept(listener, nil, nil)
            #else
                let descriptor = Glibc.accept(listener, nil, nil)
            #endif
            guard descriptor >= 0 else { return }
            let isStopped = state.withLock { state in
                state.descriptors.insert(descriptor)
                return state.isStopped
            }
            if isStopped { shutdown(descriptor, Int32(SHUT_RDWR)) }
            DispatchQueue(label: "connection").async {
                self.serve(descriptor)
                self.state.withLock { _ = $0.descriptors.remove(descriptor) }
                close(descriptor)
            }
        }
    }

    private func serve(_ descriptor: Int32) {
        var pending: [UInt8] = []
        while let request = read(descriptor, &pending) {
            let index = state.withLock { state in
                state.requests.append(request)
                return state.requests.count - 1
            }
            for action in answer(request, index) {
                guard carryOut(action, descriptor) else { return }
            }
        }
    }

    /// Whether the connection goes on.
    private func carryOut(_ action: Action, _ descriptor: Int32) -> Bool {
        switch action {
        case .send(let text): return write(Array(text.utf8), descriptor)
        case .sendBytes(let bytes): return write(bytes, descriptor)
        case .pause(let milliseconds):
            usleep(milliseconds * 1_000)
            return true
        case .close:
            shutdown(descriptor, Int32(SHUT_RDWR))
            return false
        case .reset:
            var option = linger(l_onoff: 1, l_linger: 0)
            setsockopt(descriptor, SOL_SOCKET, SO_LINGER, &option, socklen_t(MemoryLayout<linger>.size))
            return false
        case .hang:
            var byte: UInt8 = 0
            while recv(descriptor, &byte, 1, 0) > 0 {}
            return false
        }
    }

    private func write(_ bytes: [UInt8], _ descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private func read(_ descriptor: Int32, _ pending: inout [UInt8]) -> Request? {
        let end: [UInt8] = [13, 10, 13, 10]
        while true {
            if let head = pending.indices.first(where: { pending[$0...].starts(with: end) }) {
                var request = Self.parse(String(decoding: pending[..<head], as: UTF8.self))
                let length = request.headers["content-length"].flatMap { Int($0) } ?? 0
                let bodyStart = head + 4
                while pending.count < bodyStart + length {
                    guard fill(descriptor, &pending) else { return nil }
                }
                request.body = String(decoding: pending[bodyStart..<bodyStart + length], as: UTF8.self)
                pending.removeFirst(bodyStart + length)
                return request
            }
            guard fill(descriptor, &pending) else { return nil }
        }
    }

    private func fill(_ descriptor: Int32, _ pending: inout [UInt8]) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 65_536)
        let count = recv(descriptor, &chunk, chunk.count, 0)
        guard count > 0 else { return false }
        pending += chunk[..<count]
        return true
    }

    private static func parse(_ head: String) -> Request {
        let lines = head.split(separator: "\r\n").map(String.init)
        let first = (lines.first ?? "").split(separator: " ").map(String.init)
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            headers[line[..<colon].lowercased()] = String(value)
        }
        return Request(
            method: first.first ?? "", target: first.count > 1 ? first[1] : "", headers: headers, body: "")
    }
}

extension ScriptedServer.Action {
    /// A whole answer with a JSON body.
    static func json(_ body: String, status: String = "200 OK", headers: [String] = []) -> Self {
        let lines =
            ["HTTP/1.1 \(status)", "content-type: application/json", "content-length: \(body.utf8.count)"] + headers
        return .send(lines.joined(separator: "\r\n") + "\r\n\r\n" + body)
    }

    /// The head of a watch's answer.
    static var watchHead: Self {
        .send("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n")
    }

    /// One chunk of a watch.
    static func chunk(_ text: String) -> Self {
        .send("\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n")
    }

    /// One event as a chunk.
    static func event(_ type: String, _ name: String, _ version: Int) -> Self {
        chunk("\(eventText(type, name, version))\n")
    }

    static func eventText(_ type: String, _ name: String, _ version: Int) -> String {
        """
        {"type":"\(type)","object":{"kind":"Pod","apiVersion":"v1","metadata":{"name":"\(name)","namespace":"d",\
        "uid":"u-\(name)","resourceVersion":"\(version)"}}}
        """
    }
}
