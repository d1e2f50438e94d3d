export const Shell = () => <p>Together</p>;
