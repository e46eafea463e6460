#if canImport(Darwin)
    import Darwin
#elseif canImport(Musl)
    import Musl
#else
    import Glibc
#endif

/// An address that the API server cannot listen at.
package struct ListenFailure: Error, Hashable, Sendable, CustomStringConvertible {
    package var address: APIServer.Address
    /// The `errno` of the attempt.
    package var code: Int32
    package var reason: String

    package var description: String {
        let problem: String
        let remedy: String
        switch code {
        case EADDRINUSE:
            problem = "port \(address.port) of \(address.host) is in use by another program"
            remedy = "Stop that program or choose another port; 0 lets the system choose"
        case EACCES:
            problem = "port \(address.port) may not be listened at by this user"
            remedy = "Choose a port above 1023"
        case EADDRNOTAVAIL:
            problem = "\(address.host) is not an address of this machine"
            remedy = "Choose a loopback address such as 127.0.0.1"
        default:
            problem = reason
            remedy = "Choose another address"
        }
        return "Kubernetes API server at \(address): \(problem). \(remedy)."
    }
}
