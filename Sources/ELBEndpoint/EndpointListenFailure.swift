/// The address of the endpoint could not be bound.
package struct EndpointListenFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// As in the settings.
    package var host: String
    package var port: Int
    /// The operating system's words.
    package var reason: String

    package var description: String {
        "ELBv2 endpoint at \(host):\(port): \(reason). Stop the program that uses the port or choose another one; "
            + "0 lets the system choose."
    }
}
